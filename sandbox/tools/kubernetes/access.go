package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfig writes a kubeconfig for one client identity, with everything
// embedded so that the file can be copied.
func writeKubeconfig(l layout, path, cluster, endpoint, client string) error {
	var data [3][]byte
	for i, file := range []string{"ca.crt", client + ".crt", client + ".key"} {
		var err error
		if data[i], err = os.ReadFile(l.pki(file)); err != nil {
			return err
		}
	}
	cfg := api.NewConfig()
	cfg.Clusters[cluster] = &api.Cluster{Server: endpoint, CertificateAuthorityData: data[0]}
	cfg.AuthInfos[client] = &api.AuthInfo{ClientCertificateData: data[1], ClientKeyData: data[2]}
	cfg.Contexts[cluster] = &api.Context{Cluster: cluster, AuthInfo: client}
	cfg.CurrentContext = cluster
	out, err := clientcmd.Write(*cfg)
	if err != nil {
		return err
	}
	return writeFile(path, out)
}

// ensureToken makes the bearer token that stands for what
// "aws eks get-token" returns: it is an administrator's. It stays the same for
// the life of the cluster.
func ensureToken(l layout) (string, error) {
	path := l.file("tokens.csv")
	if data, err := os.ReadFile(path); err == nil {
		if token, _, ok := strings.Cut(string(data), ","); ok && token != "" {
			return token, nil
		}
	}
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return "", err
	}
	token := "k8s-aws-v1." + hex.EncodeToString(secret)
	line := fmt.Sprintf("%s,pitboss:token-admin,pitboss-token-admin,\"%s\"\n", token, admins)
	return token, writeFile(path, []byte(line))
}
