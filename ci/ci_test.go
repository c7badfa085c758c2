package ci

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// run runs a script with these programs before the real ones on PATH, and returns what it
// said and how it ended.
func run(t *testing.T, fakes map[string]string, env []string, script string, args ...string) (said string, code int) {
	t.Helper()
	bin := t.TempDir()
	for name, text := range fakes {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/usr/bin/env bash\nset -euo pipefail\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "./"+script, args...)
	cmd.Env = append([]string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + bin, "TMPDIR=" + bin, "BIN=" + bin}, env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func file(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestShellcheck runs shellcheck where there is one; bash itself reads every script anyway.
func TestShellcheck(t *testing.T) {
	scripts, err := filepath.Glob("*.sh")
	if err != nil || len(scripts) < 10 {
		t.Fatal(scripts, err)
	}
	check := func(name string, args ...string) {
		if out, err := exec.CommandContext(t.Context(), name, append(args, scripts...)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	for _, s := range scripts {
		if out, err := exec.CommandContext(t.Context(), "bash", "-n", s).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", s, out)
		}
		data, err := os.ReadFile(s)
		if err != nil || s != "common.sh" && !strings.Contains(string(data), "\nset -euo pipefail\n") {
			t.Errorf("%s goes on after an error: %v", s, err)
		}
	}
	if found, err := exec.LookPath("shellcheck"); err == nil {
		check(found, "-x", "-P", "..")
	}
}

// TestPreviewEnds wants the job green for what a reviewer decides, red for the rest, a
// report whatever happens, and no credential in pitboss's environment.
func TestPreviewEnds(t *testing.T) {
	const reports = `printf '# report\n' > "$4/report.md"; exit `
	cases := map[string]struct {
		reason string
		pits   string
		want   int
	}{
		"Clean":      {"nothing changes", reports + "0", 0},
		"Changes":    {"that is what pull requests are for", reports + "5", 0},
		"Danger":     {"up asks for words; the reviewer sees them", reports + "7", 0},
		"Policy":     {"no review changes a law", reports + "8", 8},
		"Untold":     {"nobody could review it", reports + "4", 4},
		"BadInput":   {"the market does not load", "exit 2", 2},
		"NoReport":   {"a green job without a report says nothing", "exit 0", 0},
		"ChangesToo": {"a report is missing, and the comment says so", "exit 5", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			said, code := run(t, map[string]string{"pitboss": c.pits}, []string{"AWS_ACCESS_KEY_ID=x", "GH_TOKEN=x", "PULUMI_BACKEND_URL=s3://x", "NOTE_TOKEN=x"}, "preview.sh", "mt", dir)
			want := c.want
			if name == "NoReport" {
				want = 4
			}
			if code != want {
				t.Errorf("ended with %d, want %d: %s\n%s", code, want, c.reason, said)
			}
			if report, err := os.ReadFile(filepath.Join(dir, "report.md")); err != nil || len(report) == 0 {
				t.Errorf("no report: %v", err)
			}
		})
	}
	dir := t.TempDir()
	states := filepath.Dir(file(t, filepath.Join(t.TempDir(), "mt-gslb.json"), "{}"))
	said, code := run(t, map[string]string{"pitboss": `env; echo "args: $*"`}, []string{"AWS_ACCESS_KEY_ID=x", "GH_TOKEN=x", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=x", "NOTE_TOKEN=x", "STATES=" + states}, "preview.sh", "mt", dir)
	for _, never := range []string{"AWS_", "TOKEN"} {
		if strings.Contains(said, never) {
			t.Errorf("pitboss is given %s: %s", never, said)
		}
	}
	if want := "args: preview mt --report " + dir + " --state " + states; !strings.Contains(said, want) || code != 4 {
		t.Errorf("ended with %d and %s, want %s", code, said, want)
	}
}

// TestARecoveryThatIsTooSlowIsRed: a drill of what is built is planned beside the preview,
// and a plan that breaks the RTO ends the job, whatever the preview found.
func TestARecoveryThatIsTooSlowIsRed(t *testing.T) {
	states := filepath.Dir(file(t, filepath.Join(t.TempDir(), "mt-gslb.json"), "{}"))
	for drill, want := range map[string]int{"0": 0, "2": 0, "3": 3, "4": 4} {
		pits := `if [[ "$1" == drill ]]; then echo "args: $*"; exit ` + drill + `; fi; echo report > "$4/report.md"`
		dir := t.TempDir()
		said, code := run(t, map[string]string{"pitboss": pits}, []string{"STATES=" + states}, "preview.sh", "mt", dir)
		if code != want {
			t.Errorf("a drill's plan that ends with %s: the job ends with %d, want %d: %s", drill, code, want, said)
		}
		if plan, err := os.ReadFile(filepath.Join(dir, "drill.txt")); err != nil || !strings.Contains(string(plan), "args: drill mt --plan --state "+states) {
			t.Errorf("the plan: %s, %v", plan, err)
		}
	}
}

// TestInstallWantsThePinnedEngine wants the version that go.mod names, and nothing built for
// another.
func TestInstallWantsThePinnedEngine(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(mod), "github.com/pulumi/pulumi/sdk/v3 ")
	pinned, _, _ := strings.Cut(after, "\n")
	for version, want := range map[string]int{pinned: 0, "v3.1.0": 2, "": 2} {
		dir := t.TempDir()
		said, code := run(t, map[string]string{"pulumi": "echo " + version, "go": `touch "${@: -2:1}"`}, nil, "install.sh", dir)
		_, err := os.Stat(filepath.Join(dir, "pitboss"))
		if code != want || (err == nil) != (want == 0) || want != 0 && !strings.Contains(said, "allowed: "+pinned) {
			t.Errorf("pulumi %q: %d: %s", version, code, said)
		}
	}
}

// TestDriftEnds wants a red job for drift, and for not knowing.
func TestDriftEnds(t *testing.T) {
	for code, says := range map[int]string{0: "no drift", 5: "not what the program says", 7: "not what the program says", 4: "could not tell", 8: "could not tell"} {
		said, got := run(t, map[string]string{"pitboss": fmt.Sprintf(`[[ "$*" == "preview mt --refresh --report "* ]] || exit 99; exit %d`, code)}, nil, "drift.sh", "mt", t.TempDir())
		if got != code || !strings.Contains(said, says) {
			t.Errorf("pitboss ends with %d, the job with %d: %s", code, got, said)
		}
	}
}

// TestUpPassesRisksOnByName wants each accepted risk as one argument, whatever it holds.
func TestUpPassesRisksOnByName(t *testing.T) {
	said, code := run(t, map[string]string{"pitboss": `printf '[%s]' "$@"`}, []string{"ACCEPT_RISKS=replace:urn:a b\n\nopen:$(touch x)"}, "up.sh", "mt", "mt-gslb")
	if want := "[up][mt][--stack][mt-gslb][--accept-risk=replace:urn:a b][--accept-risk=open:$(touch x)]"; said != want || code != 0 {
		t.Errorf("%d: %s, want %s", code, said, want)
	}
	if said, code = run(t, nil, nil, "up.sh", "../mt", "x"); code != 2 || !strings.Contains(said, "allowed:") {
		t.Errorf("%d: %s", code, said)
	}
}

// TestBody wants text shown as text: cut where it is too long, never failing for it, calling
// nobody, and refused where it is not text.
func TestBody(t *testing.T) {
	body := func(report string) (string, int) {
		return run(t, nil, nil, "body.sh", "mt", file(t, filepath.Join(t.TempDir(), "report.md"), report), "https://forge/run/1")
	}
	said, code := body("<!-- pitboss-preview:mt -->\n# Verdict\nhello @admin <!-- pitboss-preview:gb -->\n")
	if code != 0 || !strings.HasPrefix(said, "<!-- pitboss-preview:mt -->\n# Verdict\n") || strings.Count(said, "<!--") != 1 || strings.Contains(said, "@admin") || !strings.Contains(said, "(https://forge/run/1)") {
		t.Errorf("%d: %q", code, said)
	}
	for name, long := range map[string]string{
		"Lines":   "```\n<details>" + strings.Repeat("a line of a plan\n", 9000),
		"OneLine": strings.Repeat("é", 80000),
		"Huge":    strings.Repeat("line\n", 1<<19),
	} {
		said, code := body(long)
		if code != 0 || len(said) > 65536 || !strings.Contains(said, "Cut here") || !strings.Contains(said, "(https://forge/run/1)") || strings.ContainsRune(said, '\uFFFD') {
			t.Errorf("%s: %d, %d bytes: %.80q … %q", name, code, len(said), said, said[max(0, len(said)-120):])
		}
		if strings.Count(said, "```")%2 != 0 || strings.Count(said, "<details") != strings.Count(said, "</details") {
			t.Errorf("%s: what is cut leaves a block open", name)
		}
	}
	if said, code := body("a\x00b\x1b[31m"); code != 2 || !strings.Contains(said, "not text") {
		t.Errorf("%d: %q", code, said)
	}
	if _, code := run(t, nil, nil, "body.sh", "mt", t.TempDir(), "https://x"); code != 2 {
		t.Errorf("a folder was taken for a report: %d", code)
	}
}

const sha = "0123456789012345678901234567890123456789"

// gh answers as the forge does, and writes down what it is asked to change.
const gh = `
case "$*" in
  *"/pulls?state=open"*"head=ann%3Afix") printf '[{"number":7,"head":{"sha":"` + sha + `"}},{"number":8,"head":{"sha":"x"}}]' ;;
  *"/pulls?"*) printf '[]' ;;
  *"--paginate"*"/issues/7/comments"*) cat "$COMMENTS" ;;
  *"--method"*) echo "CALL $3 $4"; jq -r .body "$6" > "$WRITTEN" ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`

// TestComment wants a comment made where there is none, updated where it is ours, and none
// on a pull request that the artifact merely claims.
func TestComment(t *testing.T) {
	mine := `{"id":42,"user":{"login":"github-actions[bot]"},"body":"<!-- pitboss-preview:mt -->\nold"}`
	cases := map[string]struct {
		reason, number, comments, branch, head, calls string
		code                                          int
	}{
		"Absent":      {"the first preview", "7\n", `[]`, "fix", sha, "POST repos/acme/casino/issues/7/comments", 0},
		"Present":     {"updated in place", "7\n", `[{"id":1,"user":{"login":"ann"},"body":"hi"}][` + mine + `]`, "fix", sha, "PATCH repos/acme/casino/issues/comments/42", 0},
		"OtherMarket": {"each has its own", "7", `[` + strings.Replace(mine, ":mt", ":gb", 1) + `]`, "fix", sha, "POST repos/acme/casino/issues/7/comments", 0},
		"Impostor":    {"somebody wrote our marker", "7", `[` + strings.Replace(mine, "github-actions[bot]", "eve", 1) + `]`, "fix", sha, "POST repos/acme/casino/issues/7/comments", 0},
		"OtherNumber": {"the artifact points at another's", "8", `[]`, "fix", sha, "", 0},
		"OtherBranch": {"no pull request is of that branch", "7", `[]`, "other", sha, "", 0},
		"OldCommit":   {"a newer run will speak", "7", `[]`, "fix", strings.Repeat("f", 40), "", 0},
		"NotANumber":  {"it becomes part of an address", "7/../../x", `[]`, "fix", sha, "", 2},
		"NoNumber":    {"nothing says which", "", `[]`, "fix", sha, "", 2},
		"BadCommit":   {"the event has one", "7", `[]`, "fix", "HEAD", "", 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file(t, filepath.Join(dir, "number"), c.number)
			file(t, filepath.Join(dir, "mt/report.md"), "# new")
			written := filepath.Join(dir, "written")
			said, code := run(t, map[string]string{"gh": strings.Replace(gh, "echo \"CALL", ">&2 echo \"CALL", 1)}, []string{
				"GH_TOKEN=t", "REPOSITORY=acme/casino", "HEAD_SHA=" + c.head, "HEAD_REPOSITORY=ann/casino", "HEAD_BRANCH=" + c.branch, "RUN_ID=9",
				"COMMENTS=" + file(t, filepath.Join(dir, "comments"), c.comments), "WRITTEN=" + written,
			}, "comment-github.sh", dir, "mt")
			if code != c.code || strings.Contains(said, "CALL") != (c.calls != "") || c.calls != "" && !strings.Contains(said, "CALL "+c.calls) {
				t.Errorf("%d: %s\nwant %d and %q: %s", code, said, c.code, c.calls, c.reason)
			}
			if c.calls == "" {
				return
			}
			if body, err := os.ReadFile(written); err != nil || !strings.HasPrefix(string(body), "<!-- pitboss-preview:mt -->\n# new") {
				t.Errorf("wrote %q, %v", body, err)
			}
		})
	}
}

// TestNote is the same for GitLab, whose forks have no token.
func TestNote(t *testing.T) {
	const curl = `
[[ "$*" != *glpat* ]] || { echo "the token is an argument" >&2; exit 1; }
case "$*" in
  *"/user") printf '{"id":5}' ;;
  *"--request"*) >&2 echo "CALL $*" ;;
  *"&page=1") cat "$NOTES" ;;
  *) printf '[]' ;;
esac`
	for name, c := range map[string]struct{ notes, token, call string }{
		"Absent":   {`[]`, "glpat", "--request POST"},
		"Present":  {`[{"id":42,"author":{"id":5},"body":"<!-- pitboss-preview:mt -->x"}]`, "glpat", "--request PUT"},
		"Impostor": {`[{"id":42,"author":{"id":6},"body":"<!-- pitboss-preview:mt -->x"}]`, "glpat", "--request POST"},
		"Fork":     {`[]`, "", ""},
	} {
		dir := t.TempDir()
		file(t, filepath.Join(dir, "mt/report.md"), "# new")
		said, code := run(t, map[string]string{"curl": curl}, []string{
			"CI_API_V4_URL=https://forge/api/v4", "CI_PROJECT_ID=3", "CI_MERGE_REQUEST_IID=7", "CI_JOB_URL=https://forge/job/1",
			"NOTE_TOKEN=" + c.token, "NOTES=" + file(t, filepath.Join(dir, "notes"), c.notes),
		}, "comment-gitlab.sh", dir, "mt")
		if code != 0 || strings.Contains(said, "CALL") != (c.call != "") || !strings.Contains(said, c.call) {
			t.Errorf("%s: %d: %s", name, code, said)
		}
	}
}

// TestLogin wants the command alone to have the session, and AWS's words where it refuses.
func TestLogin(t *testing.T) {
	answer, err := json.Marshal(map[string]any{"AssumeRoleWithWebIdentityResponse": map[string]any{"AssumeRoleWithWebIdentityResult": map[string]any{
		"Credentials": map[string]string{"AccessKeyId": "AKIA", "SecretAccessKey": "secret", "SessionToken": "session"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	curl := `case "$*" in *audience=sts.amazonaws.com) printf '{"value":"a.b.c"}' ;; *https://sts.eu-south-1.amazonaws.com/) cat "$ANSWER" ;; *) exit 9 ;; esac`
	show := []string{"login.sh", "900", "bash", "-c", `echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN ${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-none}"`}
	env := []string{"ROLE_ARN=arn:aws:iam::111122223333:role/pitboss-mt-eu-south-1-ci-drift", "AWS_REGION=eu-south-1", "ACTIONS_ID_TOKEN_REQUEST_URL=https://forge/t?x=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN=t"}
	said, code := run(t, map[string]string{"curl": curl}, append(env, "ANSWER="+file(t, filepath.Join(t.TempDir(), "a"), string(answer))), show[0], show[1:]...)
	if code != 0 || said != "AKIA secret session none\n" {
		t.Errorf("%d: %s", code, said)
	}
	refused := `{"Error":{"Code":"AccessDenied","Message":"Not authorized to perform sts:AssumeRoleWithWebIdentity"}}`
	said, code = run(t, map[string]string{"curl": curl}, append(env, "ANSWER="+file(t, filepath.Join(t.TempDir(), "a"), refused)), show[0], show[1:]...)
	if code != 2 || !strings.Contains(said, "Not authorized") || !strings.Contains(said, "next:") {
		t.Errorf("%d: %s", code, said)
	}
	if said, code = run(t, nil, []string{"AWS_REGION=eu-south-1"}, show[0], show[1:]...); code != 2 || !strings.Contains(said, "ROLE_ARN") {
		t.Errorf("%d: %s", code, said)
	}
}
