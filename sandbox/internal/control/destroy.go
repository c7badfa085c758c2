package control

import (
	"bytes"
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
		names, refused, err := s.protected(ctx, pitboss, m)
		if err != nil {
			return err
		}
		if refused != "" { // swapped: what a person would first undo, goes with the cloud here
			fmt.Fprintf(s.Log, "market %s is forgotten and not destroyed: %s\n", m, refused)
			continue
		}
		args := []string{"down", m, "--destroy-protected-from", "-"}
		cmd := exec.CommandContext(ctx, pitboss, args...)
		cmd.Dir, cmd.Env = s.Layout.Project, s.onlyHere()
		cmd.Stdout, cmd.Stderr = s.Log, s.Log
		cmd.Stdin = strings.NewReader(strings.Join(names, "\n"))
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("pitboss %s: %w\n%s", strings.Join(args, " "), err, s.forget())
		}
	}
	return nil
}

// protected asks the command line for the names of all that a market protects, and why it
// would destroy nothing whatever is named.
func (s Sandbox) protected(ctx context.Context, pitboss, market string) (names []string, refused string, err error) {
	cmd := exec.CommandContext(ctx, pitboss, "down", market, "--dry-run", "--json")
	cmd.Dir, cmd.Env = s.Layout.Project, s.onlyHere()
	var said bytes.Buffer // a refusal, which is what is asked for: shown only if there is no answer
	cmd.Stderr = &said
	data, runErr := cmd.Output() // refused, so its exit code is not zero
	var plan struct {
		OutOfTurn struct {
			Found string `json:"found"`
		} `json:"outOfTurn"`
		Stacks []struct {
			Protected []struct {
				Name string `json:"name"`
			} `json:"protected"`
		} `json:"stacks"`
	}
	if err := json.Unmarshal(data, &plan); err != nil {
		return nil, "", fmt.Errorf("ask pitboss what %s protects: %w\n%s\n%s", market, errors.Join(runErr, err), said.String(), s.forget())
	}
	for _, stack := range plan.Stacks {
		for _, thing := range stack.Protected {
			names = append(names, thing.Name)
		}
	}
	return names, plan.OutOfTurn.Found, nil
}

// onlyHere is the environment in which pitboss can touch nothing but this
// sandbox: what it is asked to do would be a disaster anywhere else.
func (s Sandbox) onlyHere() []string {
	return append(os.Environ(), "PITBOSS_ENGINE="+s.Layout.Engine())
}

func (s Sandbox) forget() string {
	return fmt.Sprintf("To forget the sandbox with everything in it all the same: %s down", s.Self)
}

// markets asks the command line which markets have stacks here.
func (s Sandbox) markets(ctx context.Context, pitboss string) ([]string, error) {
	cmd := exec.CommandContext(ctx, pitboss, "status", "--json")
	cmd.Dir, cmd.Stderr, cmd.Env = s.Layout.Project, s.Log, s.onlyHere()
	// Its exit code also says whether the clusters answer, which is not asked here.
	data, runErr := cmd.Output()
	var status struct {
		Markets []struct {
			Name   string `json:"name"`
			Stacks []struct {
				Exists bool `json:"exists"`
			} `json:"stacks"`
		} `json:"markets"`
	}
	if err := json.Unmarshal(data, &status); err != nil {
		return nil, fmt.Errorf("ask pitboss for the stacks: %w\n%s", errors.Join(runErr, err), s.forget())
	}
	var out []string
	for _, m := range status.Markets {
		for _, stack := range m.Stacks {
			if stack.Exists {
				out = append(out, m.Name)
				break
			}
		}
	}
	return out, nil
}
