package main

import (
	"context"
	"errors"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"pitboss/policy/rules"
)

// What the engine shows and records of the pack. PulumiPolicy.yaml's version goes before
// this one.
const (
	packName    = "pitboss"
	packVersion = "1.0.0"
)

// A server answers the engine as policyx's would, which it replaces. What policyx does at
// release 3.259.0, and what is done here:
//
//   - It ignores the pack's enforcement level and has no way to say a policy's severity or
//     whether it is about a resource or a stack: the engine then takes each for a policy
//     about every resource and lists all of them twice for each. Here each says what it is.
//   - A run's settings can turn any of its policies off. Here there are none: what is
//     excused is in exemptions.yaml, with an owner and an end.
//   - A policy that returns an error, such as one that did not expect what is unknown, and
//     one that panics end the whole analysis. Rules return nothing, what is not known is a
//     value of theirs, and a rule that panics has found that nothing is known (see guard).
//     What cannot be unpacked ends it here too: nobody can judge it.
//   - It unpacks a resource's properties for every policy, and once more in case one wants
//     to change them. Here a preview keeps the question and unpacks it once, at the end.
//
// The engine itself does not pass on RetainOnDelete: rules that need it are told that they
// are not told.
type server struct {
	pulumirpc.UnimplementedAnalyzerServer
	project string // the folder that is named; "" is the one that the pack lies in

	mu    sync.Mutex                           // gRPC does not promise one question at a time
	root  string                               // the pack's folder
	judge *judge                               // nil until a stack is told
	asked map[string]*pulumirpc.AnalyzeRequest // by URN
}

func newServer(project string) *server { return &server{project: project} }

func (s *server) Handshake(_ context.Context, req *pulumirpc.AnalyzerHandshakeRequest) (*pulumirpc.AnalyzerHandshakeResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root = req.GetRootDirectory()
	return &pulumirpc.AnalyzerHandshakeResponse{}, nil
}

func (s *server) ConfigureStack(_ context.Context, req *pulumirpc.AnalyzerStackConfigureRequest) (*pulumirpc.AnalyzerStackConfigureResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir, err := projectOf(s.project, s.root)
	if err != nil {
		return nil, err
	}
	s.asked = map[string]*pulumirpc.AnalyzeRequest{}
	s.judge, err = newJudge(dir, req.GetStack(), req.GetConfig()["pitboss:market"], req.GetDryRun())
	return &pulumirpc.AnalyzerStackConfigureResponse{}, err
}

func (s *server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: packVersion}, nil
}

func (s *server) GetAnalyzerInfo(context.Context, *emptypb.Empty) (*pulumirpc.AnalyzerInfo, error) {
	info := &pulumirpc.AnalyzerInfo{Name: packName, Version: packVersion}
	for _, p := range policies() {
		info.Policies = append(info.Policies, &pulumirpc.PolicyInfo{
			Name: p.name, Description: p.title, EnforcementLevel: p.level, Severity: p.severity, PolicyType: pulumirpc.PolicyType_POLICY_TYPE_STACK,
		})
	}
	return info, nil
}

// Remediate changes nothing. The engine takes "not implemented" for an answer too, but an
// error costs it more, for every resource.
func (s *server) Remediate(context.Context, *pulumirpc.AnalyzeRequest) (*pulumirpc.RemediateResponse, error) {
	return &pulumirpc.RemediateResponse{}, nil
}

// Analyze keeps a resource as the program declares it, for AnalyzeStack. In an update that
// is when everything is made: there it is judged now, by the rules that need to see one
// resource only.
func (s *server) Analyze(_ context.Context, req *pulumirpc.AnalyzeRequest) (*pulumirpc.AnalyzeResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judge == nil {
		return nil, errNoStack
	}
	s.asked[req.GetUrn()] = req
	if s.judge.previewing {
		return &pulumirpc.AnalyzeResponse{}, nil
	}
	r, err := resourceOf(req)
	if err != nil {
		return nil, err
	}
	return answer(s.judge.alone(r), nil), nil
}

// AnalyzeStack judges what is there at the end as the program declared it: what resources
// turned out to be holds inputs that AWS fills in, which cannot be told from ours.
func (s *server) AnalyzeStack(_ context.Context, req *pulumirpc.AnalyzeStackRequest) (*pulumirpc.AnalyzeResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judge == nil {
		return nil, errNoStack
	}
	resources := make([]rules.Resource, 0, len(req.GetResources()))
	for _, there := range req.GetResources() {
		r, err := resourceThere(there, s.asked[there.GetUrn()])
		if err != nil {
			return nil, err
		}
		resources = append(resources, r)
	}
	return answer(s.judge.whole(resources)), nil
}

var errNoStack = errors.New("the policy pack was not told which stack to judge; `pulumi policy analyze` does not tell it\n  next: `pulumi preview --policy-pack policy`; for a stack that is up, `pitboss check`")
