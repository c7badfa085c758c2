package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/http"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// loadKey reads the key that encrypts the stacks' secrets, and makes it the first time.
func loadKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		return key, os.WriteFile(path, key, 0o600)
	}
	if err == nil && len(key) != 32 {
		err = errors.New(path + " is not a key of 32 bytes")
	}
	return key, err
}

// secrets answers for what the engine encrypts, one value at a time or many.
func (v *service) secrets() {
	handle(v, "POST "+stackPath+"/encrypt", func(r *http.Request, q apitype.EncryptValueRequest) (any, error) {
		out, err := v.store.seal(named(r), q.Plaintext)
		return apitype.EncryptValueResponse{Ciphertext: out}, err
	})
	handle(v, "POST "+stackPath+"/decrypt", func(r *http.Request, q apitype.DecryptValueRequest) (any, error) {
		out, err := v.store.unseal(named(r), q.Ciphertext)
		return apitype.DecryptValueResponse{Plaintext: out}, err
	})
	handle(v, "POST "+stackPath+"/batch-encrypt", func(r *http.Request, q apitype.BatchEncryptRequest) (any, error) {
		out := make([][]byte, len(q.Plaintexts))
		for i, plain := range q.Plaintexts {
			var err error
			if out[i], err = v.store.seal(named(r), plain); err != nil {
				return nil, err
			}
		}
		return apitype.BatchEncryptResponse{Ciphertexts: out}, nil
	})
	handle(v, "POST "+stackPath+"/batch-decrypt", func(r *http.Request, q apitype.BatchDecryptRequest) (any, error) {
		out := map[string][]byte{}
		for _, sealed := range q.Ciphertexts {
			plain, err := v.store.unseal(named(r), sealed)
			if err != nil {
				return nil, err
			}
			out[base64.StdEncoding.EncodeToString(sealed)] = plain
		}
		return apitype.BatchDecryptResponse{Plaintexts: out}, nil
	})
	for _, what := range []string{"log-decryption", "log-batch-decryption"} { // Pulumi Cloud's audit log: none here
		handle(v, "POST "+stackPath+"/decrypt/"+what, func(*http.Request, nothing) (any, error) { return nil, nil })
	}
}

// seal encrypts for one stack: another one's ciphertext does not open.
func (s *store) seal(name stackName, plain []byte) ([]byte, error) {
	gcm, err := s.cipher()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return gcm.Seal(nonce, nonce, plain, []byte(name.String())), nil
}

func (s *store) unseal(name stackName, sealed []byte) ([]byte, error) {
	gcm, err := s.cipher()
	if err != nil {
		return nil, err
	}
	n := gcm.NonceSize()
	if len(sealed) < n {
		return nil, refuse(400, "Bad Request: not a ciphertext of stack %s", name)
	}
	plain, err := gcm.Open(nil, sealed[:n], sealed[n:], []byte(name.String()))
	if err != nil {
		return nil, refuse(400, "Bad Request: not a ciphertext of stack %s", name)
	}
	return plain, nil
}

func (s *store) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
