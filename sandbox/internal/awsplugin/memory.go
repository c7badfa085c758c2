package awsplugin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// memory remembers what Terraform's provider said of a difference. It sees no AWS here, so
// the same question has the same answer; and an update asks what its preview has asked, of
// hundreds of resources.
//
// An answer names properties and holds no value of one, and a question is kept as its hash:
// no secret gets to the disk. Answers to other questions hold values, and are not kept.
type memory struct {
	pulumirpc.ResourceProviderClient
	dir  string // sandboxd empties it when it starts, so a new provider is asked anew
	salt []byte // the provider's configuration
}

func newMemory(c pulumirpc.ResourceProviderClient, dir string, configuration any) (pulumirpc.ResourceProviderClient, error) {
	salt, err := json.Marshal(configuration)
	if err != nil {
		return nil, err
	}
	return memory{ResourceProviderClient: c, dir: dir, salt: salt}, os.MkdirAll(dir, 0o700)
}

// Diff asks the provider what nobody has asked yet.
func (m memory) Diff(ctx context.Context, req *pulumirpc.DiffRequest, opts ...grpc.CallOption) (*pulumirpc.DiffResponse, error) {
	question, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	h.Write(m.salt)
	h.Write(question)
	file := filepath.Join(m.dir, hex.EncodeToString(h.Sum(nil)))
	known, err := os.ReadFile(file)
	if err == nil {
		resp := &pulumirpc.DiffResponse{}
		return resp, proto.Unmarshal(known, resp)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	resp, err := m.ResourceProviderClient.Diff(ctx, req, opts...)
	if err != nil {
		return nil, err // it may be the bridge's, and pass
	}
	answer, err := proto.Marshal(resp)
	if err != nil {
		return nil, err
	}
	return resp, keep(file, answer)
}

// keep writes a file that is there whole or not at all: several runs write at the same time.
func keep(file string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), "new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), file)
}
