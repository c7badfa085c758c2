package ci

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

var (
	pinned = regexp.MustCompile(`uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	local  = regexp.MustCompile(`uses: \./\.github/workflows/[\w-]+\.yml$`)
)

// workflow is as much of a workflow as is held to rules.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		Uses        string
		Timeout     int `yaml:"timeout-minutes"`
		Permissions map[string]string
		Environment string
		Concurrency any
		Env         map[string]string
		Steps       []struct {
			Uses, Run string
			With      map[string]any
			Env       map[string]string
		}
	}
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	found, err := filepath.Glob("../.github/workflows/*.y*ml")
	if err != nil || len(found) < 3 {
		t.Fatal(found, err)
	}
	out := map[string]workflow{}
	for _, path := range found {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal(data, &w); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out[filepath.Base(path)] = w
		for i, line := range strings.Split(string(data), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			if strings.Contains(line, "uses:") && !pinned.MatchString(line) && !local.MatchString(line) {
				t.Errorf("%s:%d: found %q\n    allowed: owner/name@<40 hexadecimal digits> # v1.2.3\n    next: pin it to the commit of its release", path, i+1, strings.TrimSpace(line))
			}
			if strings.Contains(line, "pull_request_target") || strings.Contains(line, "secrets.") || strings.Contains(line, "secrets: inherit") {
				t.Errorf("%s:%d: %s: a pull request's code would run with what is the repository's own", path, i+1, strings.TrimSpace(line))
			}
			if script, ok := strings.CutPrefix(strings.TrimSpace(line), "- run:"); ok && strings.Contains(script, "${{") {
				t.Errorf("%s:%d: an expression in a script is code of whoever chose its value: pass it in env", path, i+1)
			}
		}
	}
	return out
}

// TestWorkflowsMayLittle wants no right that a job does not need, every job bounded, none of
// a pull request with a token for AWS, and no script with an expression in it.
func TestWorkflowsMayLittle(t *testing.T) {
	for file, w := range workflows(t) {
		if w.Permissions == nil || len(w.Permissions) != 0 {
			t.Errorf("%s: permissions are %v, want {}: each job says what it needs", file, w.Permissions)
		}
		for name, job := range w.Jobs {
			if job.Uses == "" && (job.Timeout == 0 || job.Timeout > 240) {
				t.Errorf("%s: job %s may run for %d minutes", file, name, job.Timeout)
			}
			if job.Permissions == nil {
				t.Errorf("%s: job %s has no permissions block", file, name)
			}
			for right, how := range job.Permissions {
				ok := how == "read" && (right == "contents" || right == "actions") ||
					right == "pull-requests" && file == "pitboss-comment.yml" || right == "id-token" && (job.Environment != "" || job.Uses != "")
				if !ok {
					t.Errorf("%s: job %s has %s: %s", file, name, right, how)
				}
			}
			if job.Permissions["id-token"] != "" && job.Uses == "" && job.Concurrency == nil {
				t.Errorf("%s: job %s may run twice at once", file, name)
			}
			for _, step := range job.Steps {
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s: job %s: an expression in a script: pass it in env", file, name)
				}
				if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
					t.Errorf("%s: job %s leaves the token in the checkout", file, name)
				}
			}
		}
	}
}

// TestGitLabParses wants the include and the jobs, roles for the protected branch alone and
// every job bounded.
func TestGitLabParses(t *testing.T) {
	for _, path := range []string{"../.gitlab-ci.yml", "gitlab.yml"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := yaml.Unmarshal(data, &all); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for name, job := range all {
			m, ok := job.(map[string]any)
			if !ok || m["id_tokens"] == nil {
				continue
			}
			rules, _ := yaml.Marshal(m["rules"])
			if !strings.Contains(string(rules), "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH") || strings.Contains(string(rules), "merge_request") || m["environment"] == nil {
				t.Errorf("%s: job %s has a token for AWS outside of the protected branch", path, name)
			}
		}
	}
}
