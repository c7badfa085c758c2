package bridge

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// maxMessage is the largest gRPC message, in bytes: schemas are big.
const maxMessage = 400 << 20

// process is one dynamic bridge and the Terraform provider that it started.
type process struct {
	cmd     *exec.Cmd
	address string
	conn    *grpc.ClientConn
	client  pulumirpc.ResourceProviderClient
	exited  chan struct{}
}

func startProcess(ctx context.Context, opts Options, name, engine, endpoint string) (*process, error) {
	log, err := os.OpenFile(filepath.Join(opts.Logs, name+".log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the child holds its own descriptor
	cmd := exec.Command(opts.Binary, engine)
	cmd.Stderr = log
	cmd.Env = environment(opts, endpoint)
	// A process group of its own, so that stopping it also stops Terraform's
	// provider; Pdeathsig, so that neither outlives a killed sandboxd.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the Terraform bridge: %w", err)
	}
	p := &process{cmd: cmd, exited: make(chan struct{})}
	port, err := readPort(ctx, bufio.NewReader(stdout))
	if err != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
		return nil, fmt.Errorf("the Terraform bridge did not say its port: %w; see %s", err, log.Name())
	}
	go func() {
		_ = cmd.Wait()
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // Terraform's provider must not outlive it
		close(p.exited)
	}()
	p.address = "127.0.0.1:" + strconv.Itoa(port)
	if p.conn, err = Dial(p.address); err != nil {
		p.stop()
		return nil, err
	}
	p.client = pulumirpc.NewResourceProviderClient(p.conn)
	return p, nil
}

// Dial connects to the bridge that listens on address.
func Dial(address string) (*grpc.ClientConn, error) {
	return grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)))
}

// environment hides the user's own AWS settings: nothing that a simulated run
// does may depend on them. The heap may grow to three times what lives in it before it
// is collected: these processes allocate much and keep little.
func environment(opts Options, endpoint string) []string {
	env := append([]string{"PULUMI_DYNAMIC_TF_PLUGIN_CACHE_DIR=" + opts.Cache, "AWS_EC2_METADATA_DISABLED=true", "GOGC=200"}, opts.Env...)
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "AWS_") {
			env = append(env, kv)
		}
	}
	if endpoint != "" {
		env = append(env, "AWS_ENDPOINT_URL="+endpoint)
	}
	return env
}

func readPort(ctx context.Context, r *bufio.Reader) (int, error) {
	type answer struct {
		port int
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := r.ReadString('\n')
		if err != nil {
			got <- answer{0, err}
			return
		}
		port, err := strconv.Atoi(strings.TrimSpace(line))
		got <- answer{port, err}
		for err == nil { // keep the pipe empty, or the child blocks on a write
			_, err = r.ReadString('\n')
		}
	}()
	select {
	case a := <-got:
		return a.port, a.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (p *process) parameterize(ctx context.Context, opts Options) error {
	args := []string{"hashicorp/aws", ProviderVersion}
	if opts.Provider != "" {
		args = []string{opts.Provider}
	}
	args = append(args, "--include", strings.Join(opts.Resources, ","))
	_, err := p.client.Parameterize(ctx, &pulumirpc.ParameterizeRequest{
		Parameters: &pulumirpc.ParameterizeRequest_Args{Args: &pulumirpc.ParameterizeRequest_ParametersArgs{Args: args}},
	})
	if err != nil {
		return fmt.Errorf("load Terraform's AWS provider %s: %w", ProviderVersion, err)
	}
	return nil
}

func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// stop ends the bridge and Terraform's provider, politely for two seconds.
func (p *process) stop() {
	if p.conn != nil {
		_ = p.conn.Close()
	}
	group := -p.cmd.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(2 * time.Second):
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	<-p.exited
}
