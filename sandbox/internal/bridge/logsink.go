package bridge

import (
	"context"
	"fmt"
	"net"
	"os"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// logSink is the engine that the bridge processes believe to talk to: a plugin
// refuses to start without one. It keeps what they log.
type logSink struct {
	pulumirpc.UnimplementedEngineServer
	address string
	server  *grpc.Server

	mu   sync.Mutex
	file *os.File
}

func newLogSink(path string) (*logSink, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &logSink{address: listener.Addr().String(), server: grpc.NewServer(), file: file}
	pulumirpc.RegisterEngineServer(s.server, s)
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// Log keeps one line of a bridge's log.
func (s *logSink) Log(_ context.Context, r *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := fmt.Fprintf(s.file, "%s %s %s\n", r.Severity, r.Urn, r.Message)
	return &emptypb.Empty{}, err
}

func (s *logSink) close() {
	s.server.Stop()
	_ = s.file.Close()
}
