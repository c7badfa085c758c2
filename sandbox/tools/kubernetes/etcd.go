package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcdSocket is where etcd listens: a socket file in the cluster's folder, which
// is the working directory of every part. Relative, because the path of a socket
// may have 107 bytes at most. No other user of the machine can reach it, so it
// needs neither a port nor certificates.
const etcdSocket = "etcd.sock"

// etcdURL is etcdSocket as etcd and kube-apiserver both spell it.
const etcdURL = "unix://" + etcdSocket

func runEtcd(args []string) int {
	flags := flag.NewFlagSet(partEtcd, flag.ExitOnError)
	data := flags.String("data-dir", "", "folder of the database")
	_ = flags.Parse(args)
	if err := serveEtcd(*data); err != nil {
		fmt.Fprintf(os.Stderr, "etcd: %v\n", err)
		return 1
	}
	return 0
}

func serveEtcd(data string) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	// A killed etcd leaves its socket file behind, and binding again fails on it.
	if err := os.Remove(etcdSocket); err != nil && !os.IsNotExist(err) {
		return err
	}
	e, err := embed.StartEtcd(etcdConfig(data))
	if err != nil {
		return err
	}
	defer e.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	select {
	case <-stop:
		return nil
	case err := <-e.Err():
		return err
	case <-e.Server.StopNotify():
		return fmt.Errorf("the server stopped by itself")
	}
}

func etcdConfig(data string) *embed.Config {
	cfg := embed.NewConfig()
	cfg.Name = "pitboss"
	cfg.Dir = data
	cfg.LogLevel = "warn"
	cfg.WarningUnaryRequestDuration = time.Second // zero would log every request
	cfg.ListenPeerUrls = nil                      // one member: nobody to talk to
	cfg.ListenClientUrls = []url.URL{{Scheme: "unix", Host: etcdSocket}}
	// Never dialled: etcd only insists that a member advertises something.
	cfg.AdvertiseClientUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:2379"}}
	cfg.AdvertisePeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:2380"}}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	cfg.EnableGRPCGateway = false
	// Survives kill -9 of any process; only a power cut can lose the last
	// writes, and a sandbox is then rebuilt.
	cfg.UnsafeNoFsync = true
	// A lone member elects itself after one election timeout; every tick costs a
	// little for as long as the cluster lives.
	cfg.TickMs, cfg.ElectionMs = 50, 250
	cfg.SnapshotCount = 2000 // entries held in memory between snapshots
	cfg.SnapshotCatchUpEntries = 500
	return cfg
}
