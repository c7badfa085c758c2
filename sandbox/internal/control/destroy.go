package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pitboss/sandbox/internal/client"
)

// Destroy takes every market's stacks down through the command line, as a person
// would, protected resources included: this cloud is disposable. A sandbox that
// is down, or has no stacks, has nothing to destroy.
func (s Sandbox) Destroy(ctx context.Context, pitboss string) error {
	if _, err := os.Stat(s.Layout.Engine()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	pitboss, err := filepath.Abs(pitboss)
	if err != nil {
		return err
	}
	if !client.New(s.Layout.Socket()).Alive(ctx) {
		if err := s.Up(ctx); err != nil {
			return fmt.Errorf("%w\nThe stacks cannot be destroyed without sandboxd. %s", err, s.forget())
		}
	}
	markets, err := s.markets(ctx, pitboss)
	if err != nil {
		return err
	}
	for _, m := range markets {
		args := []string{"down", m.name}
		for _, stack := range m.stacks {
			args = append(args, "--accept-risk=destroy-protected:"+stack)
		}
		cmd := exec.CommandContext(ctx, pitboss, args...)
		cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = s.Layout.Project, s.Log, s.Log, s.onlyHere()
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("pitboss %s: %w\n%s", strings.Join(args, " "), err, s.forget())
		}
	}
	return nil
}

// onlyHere is the environment in which pitboss can touch nothing but this
// sandbox: what it is asked to do would be a disaster anywhere else.
func (s Sandbox) onlyHere() []string {
	return append(os.Environ(), "PITBOSS_ENGINE="+s.Layout.Engine())
}

func (s Sandbox) forget() string {
	return fmt.Sprintf("To forget the sandbox with everything in it all the same: %s down", s.Self)
}

type marketStacks struct {
	name   string
	stacks []string
}

// markets asks the command line which markets have stacks here.
func (s Sandbox) markets(ctx context.Context, pitboss string) ([]marketStacks, error) {
	cmd := exec.CommandContext(ctx, pitboss, "status", "--json")
	cmd.Dir, cmd.Stderr, cmd.Env = s.Layout.Project, s.Log, s.onlyHere()
	// Its exit code also says whether the clusters answer, which is not asked here.
	data, runErr := cmd.Output()
	var status struct {
		Markets []struct {
			Name   string `json:"name"`
			Stacks []struct {
				Name   string `json:"name"`
				Exists bool   `json:"exists"`
			} `json:"stacks"`
		} `json:"markets"`
	}
	if err := json.Unmarshal(data, &status); err != nil {
		return nil, fmt.Errorf("ask pitboss for the stacks: %w\n%s", errors.Join(runErr, err), s.forget())
	}
	var out []marketStacks
	for _, m := range status.Markets {
		found := marketStacks{name: m.Name}
		for _, stack := range m.Stacks {
			if stack.Exists {
				found.stacks = append(found.stacks, stack.Name)
			}
		}
		if len(found.stacks) > 0 {
			out = append(out, found)
		}
	}
	return out, nil
}
