package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fake stands where pulumi would: it answers from files, and writes down what it was told.
// These tests are about what is run and in which order, not about Pulumi.
const fake = `#!/bin/sh
shift
echo "$@" >> "$FAKE/log"
for stack; do :; done
while [ $# -gt 0 ]; do
  case "$1" in
  --stack) stack="$2" ;;
  --config-file=*) cp "${1#--config-file=}" "$FAKE/config" ;;
  version) echo v3.259.0 ;;
  preview) exit 1 ;;
  up) [ ! -e "$FAKE/failing-up" ] || exit 1 ;;
  ls) cat "$FAKE/ls.json" ;;
  export) export=yes ;;
  destroy) destroy=yes ;;
  output) echo '{}' ;;
  history) echo '[{"kind":"destroy","result":"succeeded","startTime":"2026-11-21T20:38:50.000Z"}]' ;;
  esac
  shift
done
[ -z "$export" ] || cat "$FAKE/$stack.json"
if [ -n "$destroy" ] && [ -e "$FAKE/$stack.left.json" ]; then # one that fails, and leaves this
  mv "$FAKE/$stack.left.json" "$FAKE/$stack.json"
  if [ -e "$FAKE/slow" ]; then
    trap 'exit 255' INT
    touch "$FAKE/waiting"
    while :; do sleep 0.05; done
  fi
  echo "error: the cloud said no" >&2
  exit 255
fi
`

// faked is a project whose market mt has these resources by stack, in a fake pulumi.
type faked struct {
	*testing.T
	dir, folder string
}

func fakeEngine(t *testing.T, states map[string]string) faked {
	t.Helper()
	f := faked{t, project(t), t.TempDir()}
	require.NoError(t, os.MkdirAll(filepath.Join(f.dir, "policy"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(f.dir, "policy", "PulumiPolicy.yaml"), []byte("runtime: go\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(f.folder, "pulumi"), []byte(fake), 0o700))
	var ls []string
	for stack, resources := range states {
		ls = append(ls, fmt.Sprintf(`{"name":%q}`, stack))
		f.state(stack, resources)
	}
	f.write("ls.json", "["+strings.Join(ls, ",")+"]")
	f.write("log", "")
	return f
}

func (f faked) write(name, text string) {
	f.Helper()
	require.NoError(f, os.WriteFile(filepath.Join(f.folder, name), []byte(text), 0o600))
}

func (f faked) state(stack, resources string) {
	f.Helper()
	root := fmt.Sprintf(`{"urn":"urn:pulumi:%s::pitboss::pulumi:pulumi:Stack::pitboss-%s","type":"pulumi:pulumi:Stack"}`, stack, stack)
	if resources != "" {
		root += "," + resources
	}
	f.write(stack+".json", `{"version":3,"deployment":{"resources":[`+root+`]}}`)
}

func (f faked) run(args string) ran {
	f.Helper()
	f.write("log", "")
	return runs(f.T, f.dir, f.environ(), strings.Fields(args)...)
}

func (f faked) environ() []string {
	return []string{"PATH=" + f.folder + ":/usr/bin:/bin", "FAKE=" + f.folder, "PULUMI_BACKEND_URL=file:///x"}
}

// did are the commands that changed something, without their flags.
func (f faked) did() []string {
	f.Helper()
	raw, err := os.ReadFile(filepath.Join(f.folder, "log"))
	require.NoError(f, err)
	var out []string
	for _, line := range strings.Split(string(raw), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "version" || words[0] == "stack" {
			continue
		}
		out = append(out, words[0]+" "+line[strings.Index(line, "--stack ")+len("--stack "):])
		out[len(out)-1], _, _ = strings.Cut(out[len(out)-1], " --")
	}
	return out
}

func resourceOf(stack, typ, name, more string) string {
	return fmt.Sprintf(`{"urn":"urn:pulumi:%s::pitboss::%s::%s","type":%q,"custom":true%s}`, stack, typ, name, typ, more)
}

const (
	foundation = "mt-foundation"
	standby    = "mt-eu-central-1"
	guarded    = `,"protect":true`
	retained   = `,"protect":true,"retainOnDelete":true,"outputs":{"deletionProtection":true}`
	shielded   = `,"protect":true,"outputs":{"deletionProtection":true}`
	byAWS      = `,"outputs":{"enableDeletionProtection":true}`
)

// malta is a foundation with a key and a global database that stay, and a standby region
// with a database, a load balancer that only AWS protects, and two things of one name.
func malta(t *testing.T) faked {
	t.Helper()
	return fakeEngine(t, map[string]string{
		foundation: resourceOf(foundation, "aws:kms/key:Key", "keys-ledger", guarded) + "," +
			resourceOf(foundation, "aws:rds/globalCluster:GlobalCluster", "ledger-global", retained),
		standby: resourceOf(standby, "aws:rds/cluster:Cluster", "ledger-cluster", shielded) + "," +
			resourceOf(standby, "aws:lb/loadBalancer:LoadBalancer", "edge-web", byAWS) + "," +
			resourceOf(standby, "aws:msk/cluster:Cluster", "twin", guarded) + "," +
			resourceOf(standby, "aws:ec2/vpc:Vpc", "network", "") + "," +
			resourceOf(standby, "aws:eks/cluster:Cluster", "twin", guarded),
	})
}

var standbyNames = []string{
	"mt-eu-central-1/aws:eks/cluster:Cluster::twin", "mt-eu-central-1/aws:msk/cluster:Cluster::twin",
	"mt-eu-central-1/edge-web", "mt-eu-central-1/ledger-cluster",
}

func TestDownRefusesBeforeItTouchesAnything(t *testing.T) {
	f := malta(t)
	got := f.run("down mt")
	assert.Equal(t, exitRefused, got.code, got.err)
	assert.Empty(t, f.did(), "not even what is not protected")
	for _, name := range append([]string{"mt-foundation/keys-ledger", "mt-foundation/ledger-global"}, standbyNames...) {
		assert.Contains(t, got.err, "\n  "+name+"  (", "each is named")
		assert.Contains(t, got.err, "--destroy-protected "+name, "and stands in the whole command")
	}
	assert.Contains(t, got.err, "leaves the stack and stays in the cloud")
	assert.Contains(t, got.err, "nothing was destroyed\n  next: if they may go, run\n    pitboss down mt \\\n")
	one := f.run("down mt --stack mt-eu-central-1 --destroy-protected mt-eu-central-1/edge-web")
	assert.Equal(t, exitRefused, one.code, "one of four is not each of them")
	assert.Contains(t, one.err, "pitboss down mt --stack mt-eu-central-1 \\\n")
	assert.NotContains(t, one.err, "\n  mt-eu-central-1/edge-web  (", "what was named is not asked for again")
	assert.Empty(t, f.did())
}

func TestDownDryRunIsForScripts(t *testing.T) {
	f := malta(t)
	got := f.run("down mt --dry-run --json")
	assert.Equal(t, exitRefused, got.code, "as the run itself would be")
	var said outcome
	require.NoError(t, json.Unmarshal([]byte(got.out), &said))
	require.Len(t, said.Stacks, 2)
	assert.Equal(t, standby, said.Stacks[0].Name, "the foundation goes last")
	var names []string
	for _, thing := range said.Stacks[0].Protected {
		names = append(names, thing.Name)
		assert.NotEmpty(t, thing.URN)
		assert.False(t, thing.Named)
	}
	assert.ElementsMatch(t, standbyNames, names)
	assert.Equal(t, 5, said.Stacks[0].Deletes)
	assert.Len(t, said.Stacks[0].Planned, 5)
	assert.True(t, said.Stacks[1].Protected[0].Retained)
	assert.Empty(t, f.did())
}

// TestDownTakesProtectionOffInOrder: AWS's first, which only the program can, for what is
// about to be deleted and no more; then the engine's; then it destroys.
func TestDownTakesProtectionOffInOrder(t *testing.T) {
	f := malta(t)
	f.write("names.txt", "# all of Malta\n\nmt-foundation/keys-ledger\nmt-foundation/ledger-global\n"+strings.Join(standbyNames, "\n"))
	got := f.run("down mt --destroy-protected-from " + filepath.Join(f.folder, "names.txt"))
	require.Equal(t, exitOK, got.code, got.err)
	assert.Equal(t, []string{"up mt-eu-central-1", "state mt-eu-central-1", "destroy mt-eu-central-1", "state mt-foundation", "destroy mt-foundation"}, f.did())

	log, err := os.ReadFile(filepath.Join(f.folder, "log"))
	require.NoError(t, err)
	update, _, _ := strings.Cut(string(log)[strings.Index(string(log), "\nup "):], "\nstate ")
	assert.Contains(t, update, "::ledger-cluster")
	assert.Contains(t, update, "::edge-web")
	assert.NotContains(t, update, "::network", "the update touches nothing else")
	assert.NotContains(t, string(log), "state unprotect --all")
	assert.NotContains(t, string(log), "state unprotect urn:pulumi:mt-eu-central-1::pitboss::aws:lb", "what the engine does not protect is not unprotected")

	config, err := os.ReadFile(filepath.Join(f.folder, "config"))
	require.NoError(t, err)
	assert.Contains(t, string(config), `pitboss:deletionProtection: "off"`)
	assert.Contains(t, string(config), "aws:region: eu-central-1", "beside what the stack is told anyway")
	for _, folder := range []string{"stacks", ".pitboss/project"} {
		kept, err := os.ReadFile(filepath.Join(f.dir, folder, "Pulumi.mt-eu-central-1.yaml"))
		require.NoError(t, err)
		assert.NotContains(t, string(kept), "deletionProtection", "the next up protects again, whatever happened")
	}
	left, err := filepath.Glob(filepath.Join(f.dir, ".pitboss", "project", "unprotected-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestDownWithoutProtectionRunsNoUpdate(t *testing.T) {
	f := fakeEngine(t, map[string]string{"mt-gslb": resourceOf("mt-gslb", "aws:route53/record:Record", "api", "")})
	got := f.run("down mt")
	require.Equal(t, exitOK, got.code, got.err)
	assert.Equal(t, []string{"destroy mt-gslb"}, f.did())
}

func TestDownChecksWhatIsNamed(t *testing.T) {
	cases := map[string]struct {
		reason, names string
		code          int
		says          string
	}{
		"Misspelt":    {"the nearest is named", "mt-foundation/keys-ledgr", exitUsage, `did you mean "mt-foundation/keys-ledger"?`},
		"NoStack":     {"a name says where", "keys-ledger", exitUsage, "names no stack of market mt"},
		"OtherMarket": {"another market's things are not this one's", "gb-foundation/keys-ledger", exitUsage, "names no stack of market mt"},
		"Unprotected": {"what is there may be named, protected or not", "mt-eu-central-1/network", exitRefused, "not named"},
		"Invented":    {"a stack that protects nothing has its names all the same", "mt-eu-south-1/invented", exitUsage, "stack mt-eu-south-1 has nothing of that name"},
		"Elsewhere":   {"a stack that was never made has nothing", "mt-gslb/gslb-accelerator", exitUsage, "stack mt-gslb has nothing of that name"},
	}
	f := malta(t)
	f.state("mt-eu-south-1", resourceOf("mt-eu-south-1", "aws:ec2/vpc:Vpc", "network", ""))
	f.write("ls.json", `[{"name":"mt-foundation"},{"name":"mt-eu-central-1"},{"name":"mt-eu-south-1"}]`)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := f.run("down mt --destroy-protected " + c.names)
			assert.Equal(t, c.code, got.code, "%s: %s", c.reason, got.err)
			assert.Contains(t, got.err, c.says, c.reason)
			assert.Empty(t, f.did())
		})
	}
}

func TestNamesComeFromAPipe(t *testing.T) {
	a := &app{env: Env{In: strings.NewReader("a/b\n  c/d  \n# no\n\n")}}
	got, err := a.consents([]string{"e/f"}, "-")
	require.NoError(t, err)
	assert.Equal(t, []string{"a/b", "c/d", "e/f"}, got.sorted())
}

func TestManyNamesGoIntoAFile(t *testing.T) {
	var many []string
	for i := range fewNames + 1 {
		many = append(many, resourceOf(foundation, "aws:kms/key:Key", fmt.Sprint("key-", i), guarded))
	}
	got := fakeEngine(t, map[string]string{foundation: strings.Join(many, ",")}).run("down mt")
	assert.Equal(t, exitRefused, got.code)
	assert.Contains(t, got.err, "if all 13 may go")
	assert.Contains(t, got.err, "pitboss down mt --destroy-protected-from FILE")
	assert.Contains(t, got.err, "\n  mt-foundation/key-12  (", "each is printed all the same")
}

// TestAMarketIsFirstBuiltAtHome: the standby joins what home has founded, so there is
// nothing to join before.
func TestAMarketIsFirstBuiltAtHome(t *testing.T) {
	f := fakeEngine(t, map[string]string{"mt-eu-south-1": "", standby: "", foundation: "", "mt-gslb": ""})
	file := filepath.Join(f.dir, "stacks", "markets", "mt.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	swapped := strings.Replace(string(text), "active: eu-south-1", "active: eu-central-1", 1)
	require.NoError(t, os.WriteFile(file, []byte(swapped), 0o600))
	for _, args := range []string{"up mt", "preview mt", "up mt --stack mt-eu-central-1"} {
		got := f.run(args)
		assert.Equal(t, exitUsage, got.code, "%s: %s", args, got.err)
		assert.Contains(t, got.err, "a market is first built with active: home")
		assert.Contains(t, got.err, "set active to eu-south-1")
		assert.Empty(t, f.did())
	}
	f.state(standby, resourceOf(standby, "aws:ec2/vpc:Vpc", "network", ""))
	got := f.run("preview mt --stack mt-eu-south-1")
	assert.NotContains(t, got.err, "first built", "the market is built: its file may say either")
	assert.Equal(t, []string{"preview mt-eu-south-1"}, f.did())
}
