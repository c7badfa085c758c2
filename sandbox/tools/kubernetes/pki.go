package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"
)

// keyLife is how long the sandbox's certificates last: longer than any sandbox,
// so that renewal is nobody's problem.
const keyLife = 10 * 365 * 24 * time.Hour

// certificate is a key pair on disk: <name>.crt and <name>.key under pki/.
type certificate struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// identity is what a client certificate says: the API server reads the user from
// the common name and the groups from the organisations.
type identity struct {
	file, user string
	groups     []string
}

// admins is the group that RBAC lets do everything.
const admins = "system:masters"

// clients are the identities that a cluster starts with. The simulated kubelets
// act for every node at once, which no node identity may; so they are admins.
var clients = []identity{
	{file: "admin", user: "pitboss:admin", groups: []string{admins}},
	{file: partControllers, user: "system:kube-controller-manager"},
	{file: partScheduler, user: "system:kube-scheduler"},
	{file: partKwok, user: "pitboss:kwok", groups: []string{admins}},
}

// ensurePKI makes whatever key or certificate is missing, so that a cluster that
// is started again keeps its CA.
func ensurePKI(l layout) error {
	ca, err := ensure(l, "ca", &x509.Certificate{
		Subject:  pkix.Name{CommonName: "kubernetes"},
		IsCA:     true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign,
	}, nil)
	if err != nil {
		return err
	}
	if _, err := ensure(l, "service-account", &x509.Certificate{
		Subject: pkix.Name{CommonName: "service-account"},
	}, ca); err != nil {
		return err
	}
	if _, err := ensure(l, "serving", &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
			"kubernetes.default.svc.cluster.local"},
		IPAddresses: []net.IP{net.ParseIP(loopback), net.ParseIP(firstServiceIP)},
	}, ca); err != nil {
		return err
	}
	for _, c := range clients {
		if _, err := ensure(l, c.file, &x509.Certificate{
			Subject:     pkix.Name{CommonName: c.user, Organization: c.groups},
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}, ca); err != nil {
			return err
		}
	}
	return nil
}

// ensure reads the named pair, or makes it from template, signed by ca (by
// itself without one).
func ensure(l layout, name string, template *x509.Certificate, ca *certificate) (*certificate, error) {
	if pair, err := readPair(l, name); err == nil && signedBy(pair, ca) {
		return pair, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, err
	}
	template.NotBefore = time.Now().Add(-time.Hour) // clocks of a restored machine may be behind
	template.NotAfter = time.Now().Add(keyLife)
	template.BasicConstraintsValid = true
	if template.KeyUsage == 0 {
		template.KeyUsage = x509.KeyUsageDigitalSignature
	}
	signer := &certificate{cert: template, key: key}
	if ca != nil {
		signer = ca
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		return nil, fmt.Errorf("sign the %s certificate: %w", name, err)
	}
	return writePair(l, name, der, key)
}

func signedBy(pair, ca *certificate) bool {
	if ca == nil {
		return true
	}
	return pair.cert.CheckSignatureFrom(ca.cert) == nil
}

func writePair(l layout, name string, der []byte, key *ecdsa.PrivateKey) (*certificate, error) {
	encoded, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	// The key first: a pair is taken for complete when its certificate is there.
	if err := writeFile(l.pki(name+".key"), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded})); err != nil {
		return nil, err
	}
	if err := writeFile(l.pki(name+".crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})); err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &certificate{cert: cert, key: key}, err
}

func readPair(l layout, name string) (*certificate, error) {
	cert, err := readPEM(l.pki(name + ".crt"))
	if err != nil {
		return nil, err
	}
	key, err := readPEM(l.pki(name + ".key"))
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(cert)
	if err != nil {
		return nil, err
	}
	k, err := x509.ParseECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	if !k.PublicKey.Equal(c.PublicKey) {
		return nil, fmt.Errorf("%s.key does not belong to %s.crt", name, name)
	}
	return &certificate{cert: c, key: k}, nil
}

func readPEM(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", path)
	}
	return block.Bytes, nil
}
