package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the flags of "run".
type options struct {
	dir, name, version string
	port               int
}

func parseRun(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("pitboss-kube run", flag.ContinueOnError)
	flags.StringVar(&o.dir, "dir", "", "folder of the cluster's state (required)")
	flags.StringVar(&o.name, "name", "", "the cluster's name (required)")
	flags.StringVar(&o.version, "version", "1.35", "Kubernetes version to serve: "+supportedVersions())
	flags.IntVar(&o.port, "port", 0, "port of the API on "+loopback+"; 0: the one used before, or a free one")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	var problems []error
	if o.dir == "" {
		problems = append(problems, errors.New("--dir is missing: name the folder to keep the cluster's state in"))
	}
	if o.name == "" {
		problems = append(problems, errors.New("--name is missing: give the cluster's name"))
	}
	if flags.NArg() > 0 {
		problems = append(problems, fmt.Errorf("unexpected argument %q: run takes flags only", flags.Arg(0)))
	}
	return o, errors.Join(append(problems, checkVersion(o.version))...)
}

// run is the supervisor of one cluster: it returns when it was told to stop.
func run(args []string) error {
	o, err := parseRun(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := newLayout(o.dir)
	if err != nil {
		return err
	}
	// Every part runs here too: etcd's socket is named relative to it.
	if err := os.Chdir(l.dir); err != nil {
		return err
	}
	lock, err := l.lock()
	if err != nil {
		return err
	}
	defer lock.Close()
	info, err := prepare(l, o)
	if err != nil {
		return err
	}
	s, err := newSupervisor(l, reportedVersion(o.version))
	if err != nil {
		return err
	}
	defer info.save(l) // after the parts are stopped: says that nothing runs
	defer s.stop()
	if err := bringUp(ctx, s, info); err != nil {
		info.stopped()
		return err
	}
	if ctx.Err() == nil {
		go assignHostnames(ctx, l)
		go playAutoscaling(ctx, l)
		<-ctx.Done()
	}
	info.stopped()
	return nil
}

// prepare makes everything that the parts read, or finds what an earlier run made.
func prepare(l layout, o options) (*clusterInfo, error) {
	port, err := choosePort(l, o.port)
	if err != nil {
		return nil, err
	}
	if err := ensurePKI(l); err != nil {
		return nil, err
	}
	token, err := ensureToken(l)
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(l.pki("ca.crt"))
	if err != nil {
		return nil, err
	}
	info := &clusterInfo{
		Name:       o.name,
		Version:    o.version,
		Endpoint:   fmt.Sprintf("https://%s:%d", loopback, port),
		CAPEM:      string(ca),
		Token:      token,
		Kubeconfig: l.adminKubeconfig(),
		PID:        os.Getpid(),
		port:       port,
	}
	for _, c := range clients[1:] {
		if err := writeKubeconfig(l, l.pki(c.file+".kubeconfig"), o.name, info.Endpoint, c.file); err != nil {
			return nil, err
		}
	}
	if err := writeKubeconfig(l, l.adminKubeconfig(), o.name, info.Endpoint, "admin"); err != nil {
		return nil, err
	}
	return info, errors.Join(writeFile(l.file("kwok.yaml"), []byte(kwokStages())), info.save(l))
}

// bringUp starts the parts, those that need the API once it answers.
func bringUp(ctx context.Context, s *supervisor, info *clusterInfo) error {
	began := time.Now()
	if _, err := s.start(etcdPart(s.layout)); err != nil {
		return err
	}
	// Started together the API server would try etcd too early, and then wait a
	// second before it tries again.
	waitSocket(ctx)
	api, err := s.start(apiServerPart(s.layout, info.Version, info.port))
	if err != nil {
		return err
	}
	if err := waitReady(ctx, info, api, s.layout); err != nil || ctx.Err() != nil {
		return err
	}
	info.Ready = true
	info.ReadySeconds = time.Since(began).Seconds()
	if err := info.save(s.layout); err != nil {
		return err
	}
	for _, p := range []part{controllersPart(s.layout), schedulerPart(s.layout), kwokPart(s.layout)} {
		if _, err := s.start(p); err != nil {
			return err
		}
	}
	return nil
}
