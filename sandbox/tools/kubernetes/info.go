package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// clusterInfo is cluster.json: what a client needs to know of the cluster.
type clusterInfo struct {
	Name       string `json:"name"`
	Version    string `json:"version"` // minor version, as asked for
	Endpoint   string `json:"endpoint"`
	CAPEM      string `json:"caPEM"`
	Token      string `json:"token"`      // bearer token of an administrator
	Kubeconfig string `json:"kubeconfig"` // path; an administrator's, by certificate
	PID        int    `json:"pid"`        // of the supervisor; 0 when stopped
	Ready      bool   `json:"ready"`      // the API has answered /readyz since the supervisor started
	// ReadySeconds is how long the API took to answer.
	ReadySeconds float64 `json:"readySeconds,omitempty"`

	port int
}

func (c *clusterInfo) save(l layout) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(l.clusterFile(), append(data, '\n'))
}

func (c *clusterInfo) stopped() { c.PID, c.Ready, c.ReadySeconds = 0, false, 0 }

// choosePort finds the port of the API: the asked one, the one of an earlier
// run (clients have its endpoint in their state), or a free one.
func choosePort(l layout, asked int) (int, error) {
	path := l.file("port")
	port := asked
	if port == 0 {
		if data, err := os.ReadFile(path); err == nil {
			port, _ = strconv.Atoi(strings.TrimSpace(string(data)))
		}
	}
	listener, err := listen(port)
	if err != nil {
		return 0, fmt.Errorf("port %d of %s, which this cluster's endpoint has, is not free (%w): "+
			"stop the process that listens there (ss -ltnp 'sport = :%d'), or delete %s to let the cluster take another port",
			port, loopback, err, port, path)
	}
	port = listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	return port, writeFile(path, []byte(strconv.Itoa(port)+"\n"))
}

// freedWithin is how long the port of an API server that was just killed may
// still be taken: the kernel closes a dead process's sockets after it has
// disappeared from view.
const freedWithin = 3 * time.Second

func listen(port int) (net.Listener, error) {
	for end := time.Now().Add(freedWithin); ; time.Sleep(50 * time.Millisecond) {
		listener, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
		if err == nil || time.Now().After(end) {
			return listener, err
		}
	}
}

const (
	// readyWithin is generous: on a busy machine the first start has taken 20 s.
	readyWithin = 2 * time.Minute
	// giveUpAfter is how many crashes in a row before the API was ever ready
	// mean that waiting will not help.
	giveUpAfter = 4
)

// waitReady waits until /readyz is ok. It returns nil when ctx is done: being
// told to stop is no failure.
func waitReady(ctx context.Context, info *clusterInfo, api *child, l layout) error {
	client, err := info.client()
	if err != nil {
		return err
	}
	deadline := time.Now().Add(readyWithin)
	for ctx.Err() == nil {
		err = readyz(ctx, client, info)
		if err == nil {
			return nil
		}
		log := l.logs(partAPIServer + ".log")
		if crashes, last := api.failing(); crashes >= giveUpAfter {
			return fmt.Errorf("kube-apiserver ended %d times before it was ready (%w); the end of %s:\n%s",
				crashes, last, log, tail(log, 5))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the API at %s was not ready within %v (%w); the end of %s:\n%s",
				info.Endpoint, readyWithin, err, log, tail(log, 5))
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

// waitSocket waits a while for etcd to listen. If it does not, what needs it says
// so better in its own log.
func waitSocket(ctx context.Context) {
	for deadline := time.Now().Add(5 * time.Second); ctx.Err() == nil && time.Now().Before(deadline); {
		if conn, err := net.Dial("unix", etcdSocket); err == nil {
			conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (c *clusterInfo) client() (*http.Client, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(c.CAPEM)) {
		return nil, errors.New("pki/ca.crt holds no certificate")
	}
	return &http.Client{
		Timeout:   2 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}},
	}, nil
}

func readyz(ctx context.Context, client *http.Client, info *clusterInfo) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, info.Endpoint+"/readyz", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+info.Token)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz answered %s", resp.Status)
	}
	return nil
}
