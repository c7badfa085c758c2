// Package bridge owns the processes that judge AWS resources: Pulumi's dynamic
// Terraform bridge, one process a provider configuration, each with Terraform's
// AWS provider behind it. They take seconds to start and are the same for every
// run, so sandboxd keeps them; the engine would kill them hard after each run
// and leave Terraform's provider behind. Only sandboxd imports this package.
package bridge

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// Config is what makes one process differ from another.
type Config struct {
	// Region is the AWS region, "eu-south-1". Required.
	Region string `json:"region"`
	// Endpoint is an AWS-compatible address to apply to; "" for none.
	Endpoint string `json:"endpoint,omitempty"`
	// Args is the provider's configuration as the bridge takes it, without
	// what only AWS could check.
	Args map[string]any `json:"args"`
}

// key is the same for equal configurations: encoding/json sorts map keys.
func (c Config) key() (string, error) {
	b, err := json.Marshal(c)
	return string(b), err
}

// Options say what to run and what it may see.
type Options struct {
	// Binary is the dynamic bridge.
	Binary string
	// Provider is Terraform's AWS provider: a path, or "" to let the bridge
	// download ProviderVersion.
	Provider string
	// Resources are the Terraform types to load. The bridge's schema for all
	// 1,526 takes a minute and much memory; these take seconds.
	Resources []string
	// Logs is the folder for the processes' output.
	Logs string
	// Cache is where a downloaded provider is kept.
	Cache string
	// Schema is the file to write the schema of Resources to.
	Schema string
	// Answers is passed on in every Session.
	Answers string
	// Env is added to the processes' environment.
	Env []string
}

// ProviderVersion is the release of Terraform's AWS provider that pulumi-aws
// v6.83 is generated from.
const ProviderVersion = "5.100.0"

// Manager starts, shares and stops bridge processes.
type Manager struct {
	opts   Options
	engine *logSink

	mu       sync.Mutex
	sessions map[string]*slot
	started  int

	schemaMu sync.Mutex // GetSchema takes seconds, which mu must not
}

type slot struct {
	once    sync.Once
	process *process
	err     error
}

// NewManager returns a manager with no process running.
func NewManager(opts Options) (*Manager, error) {
	sink, err := newLogSink(filepath.Join(opts.Logs, "bridge.log"))
	if err != nil {
		return nil, err
	}
	return &Manager{opts: opts, engine: sink, sessions: map[string]*slot{}}, nil
}

// Session is a running, configured bridge.
type Session struct {
	// Address is where its gRPC server listens, "127.0.0.1:40123".
	Address string `json:"address"`
	// Schema is a file with the bridge's package schema for Resources.
	Schema string `json:"schema"`
	// Answers is a folder for what the bridge said, as long as it is this one.
	Answers string `json:"answers"`
}

// Open returns the session for config, starting it if it is not running. A
// process that has died since is replaced.
func (m *Manager) Open(ctx context.Context, config Config) (Session, error) {
	key, err := config.key()
	if err != nil {
		return Session{}, err
	}
	for {
		s := m.slot(key)
		s.once.Do(func() { s.process, s.err = m.start(ctx, config) })
		if s.err != nil {
			m.forget(key, s)
			return Session{}, s.err
		}
		if s.process.alive() {
			return Session{Address: s.process.address, Schema: m.opts.Schema, Answers: m.opts.Answers}, nil
		}
		m.forget(key, s)
	}
}

func (m *Manager) slot(key string) *slot {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[key]
	if !ok {
		s = &slot{}
		m.sessions[key] = s
	}
	return s
}

func (m *Manager) forget(key string, s *slot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sessions[key] == s {
		delete(m.sessions, key)
	}
}

// Count is how many processes are running now.
func (m *Manager) Count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sessions)
}

// Close stops every process.
func (m *Manager) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, s := range m.sessions {
		if s.process != nil {
			s.process.stop()
		}
		delete(m.sessions, key)
	}
	m.engine.close()
}

func (m *Manager) start(ctx context.Context, config Config) (*process, error) {
	m.mu.Lock()
	m.started++
	name := fmt.Sprintf("bridge-%s-%d", config.Region, m.started)
	m.mu.Unlock()

	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	p, err := startProcess(ctx, m.opts, name, m.engine.address, config.Endpoint)
	if err != nil {
		return nil, err
	}
	if err := m.prepare(ctx, p, config); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

// prepare turns a fresh process into Terraform's AWS provider, configured.
func (m *Manager) prepare(ctx context.Context, p *process, config Config) error {
	if err := p.parameterize(ctx, m.opts); err != nil {
		return err
	}
	if err := m.saveSchema(ctx, p); err != nil {
		return err
	}
	args, err := structpb.NewStruct(config.Args)
	if err != nil {
		return fmt.Errorf("configure the AWS provider for %s: %w", config.Region, err)
	}
	checked, err := p.client.CheckConfig(ctx, &pulumirpc.CheckRequest{
		Urn: "urn:pulumi:sandbox::pitboss::pulumi:providers:aws::" + config.Region, News: args,
	})
	if err != nil {
		return fmt.Errorf("configure the AWS provider for %s: %w", config.Region, err)
	}
	if len(checked.Failures) > 0 {
		return fmt.Errorf("configure the AWS provider for %s: %s: %s", config.Region, checked.Failures[0].Property, checked.Failures[0].Reason)
	}
	if _, err := p.client.Configure(ctx, &pulumirpc.ConfigureRequest{
		Args: checked.Inputs, Variables: variables(config.Args), AcceptResources: true, SendsOldInputs: true, SendsOldInputsToDelete: true,
	}); err != nil {
		return fmt.Errorf("configure the AWS provider for %s: %w", config.Region, err)
	}
	return nil
}

// variables repeats the configuration in the protocol's older form, which the
// bridge still reads beside Args.
func variables(args map[string]any) map[string]string {
	out := map[string]string{}
	for k, v := range args {
		if s, ok := v.(string); ok {
			out["aws:config:"+k] = s
			continue
		}
		if b, err := json.Marshal(v); err == nil {
			out["aws:config:"+k] = string(b)
		}
	}
	return out
}

// saveSchema writes the schema once a daemon: it depends only on Resources and
// the provider's version.
func (m *Manager) saveSchema(ctx context.Context, p *process) error {
	m.schemaMu.Lock()
	defer m.schemaMu.Unlock()
	if _, err := os.Stat(m.opts.Schema); err == nil {
		return nil
	}
	schema, err := p.client.GetSchema(ctx, &pulumirpc.GetSchemaRequest{SubpackageName: "aws", SubpackageVersion: ProviderVersion})
	if err != nil {
		return fmt.Errorf("read the AWS provider's schema: %w", err)
	}
	tmp := m.opts.Schema + ".new"
	if err := os.WriteFile(tmp, []byte(schema.Schema), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, m.opts.Schema)
}
