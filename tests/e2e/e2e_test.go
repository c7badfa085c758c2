//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// outcome is what `pitboss up --json` and its like print.
type outcome struct {
	Result string `json:"result"`
	Total  changes
	Stacks []struct {
		Name, Result string
		changes
		Planned []struct{ Op, Type, Name string }
		Repairs []string
		Risks   []struct{ Kind, URN string }
	} `json:"stacks"`
}

type changes struct{ Creates, Updates, Replaces, Deletes, Same int }

func (o outcome) changes() int {
	return o.Total.Creates + o.Total.Updates + o.Total.Replaces + o.Total.Deletes
}

type status struct {
	Markets []struct {
		Name   string
		Stacks []struct {
			Name    string
			Exists  bool
			Pending []string `json:"pendingOperations"`
			Cluster *struct {
				Name, Kubeconfig string
				Pools            []struct {
					Name         string
					Ready, Total int
					Zones        []string
				}
			}
		}
	}
}

// cloudResource is a line of `sandbox resources`.
type cloudResource struct {
	Account, Region, Type, ID string
	Props                     map[string]any
}

// TestEndToEnd is one story; each chapter needs those before it.
func TestEndToEnd(t *testing.T) {
	c := newCheckout(t)
	for _, chapter := range []struct {
		name string
		run  func(*checkout)
	}{
		{"InterruptedInTheFoundation", interrupted},
		{"KilledInTheMiddleOfUp", killedInTheMiddle},
		{"UpFinishesWhatWasKilled", upFinishes},
		{"StatusShowsClustersAndPools", statusShows},
		{"PodsRunWhereTheyShould", podsPlaced},
		{"UnsafeManifestsAreRefused", unsafeRefused},
		{"MoneySurvivesADrain", moneySurvivesADrain},
		{"BatchYieldsToMoney", batchYields},
		{"MoneySurvivesAZone", moneySurvivesAZone},
		{"UpAgainChangesNothing", upAgain},
		{"SwapOfActiveKeepsData", swapPreviewed},
		{"PreviewsAreJudged", previewsJudged},
		{"ThePortsConform", portsConform},
		{"ADrillIsTakenBack", drillTakenBack},
		{"TheRegionsLoseEachOther", regionsApart},
		{"APromotionHangs", promotionHangs},
		{"TheActiveRegionIsLost", regionLost},
		{"ItReturnsThroughAKilledDrill", regionReturns},
		{"SecretsStaySecret", secretsStaySecret},
		{"AChangeThatUpdates", changeUpdates},
		{"AChangeThatReplaces", changeReplaces},
		{"DriftIsRefreshedAndUndone", driftUndone},
		{"DownRefusesWhatIsNotNamed", downRefuses},
		{"TheStandbyIsRebuilt", standbyRebuilt},
		{"EvidenceIsLocked", evidenceLocked},
		{"TheProvidersOwnWords", providersWords},
		{"ACrashOfTheSandboxIsRepaired", crashRepaired},
		{"ADeadClusterIsRepaired", deadClusterRepaired},
		{"NothingOfTheCheckoutWasTouched", checkoutClean},
		{"DownLeavesNothing", downLeavesNothing},
	} {
		start := time.Now()
		if !t.Run(chapter.name, func(t *testing.T) {
			chapter.run(&checkout{T: t, dir: c.dir})
		}) {
			t.FailNow()
		}
		t.Logf("%s: %s", chapter.name, time.Since(start).Round(time.Second))
	}
}

// interrupted sends one Ctrl-C while the foundation is being made: what is in
// flight is finished, and the exit code says so.
func interrupted(c *checkout) {
	c.must("make", "pitboss", "sandbox")
	c.must(c.bin("sandbox"), "up")
	state := c.upUntil(`mt-foundation up: (\d+) of`, 20, func(pid int) { _ = syscall.Kill(pid, syscall.SIGINT) })
	require.Equal(c, 130, state.ExitCode())
}

// killedInTheMiddle kills pitboss, the engine and the plugins at once while a region
// stack is half made.
func killedInTheMiddle(c *checkout) {
	c.upUntil(`mt-eu-south-1 up: (\d+) of`, 40, func(pid int) {
		for _, p := range append(descendants(c.T, pid), pid) {
			_ = syscall.Kill(p, syscall.SIGKILL)
		}
	})
}

// upUntil runs `pitboss up` and disturbs it once progress has reached n.
func (c *checkout) upUntil(progress string, n int, disturb func(pid int)) *os.ProcessState {
	c.Helper()
	cmd := exec.Command(c.bin("pitboss"), "up", "mt")
	cmd.Dir = c.dir
	log, err := cmd.StderrPipe()
	require.NoError(c, err)
	require.NoError(c, cmd.Start())
	far, disturbed := regexp.MustCompile(progress), false
	var said []string
	scanner := bufio.NewScanner(log)
	for scanner.Scan() {
		said = append(said, scanner.Text())
		m := far.FindStringSubmatch(scanner.Text())
		if m == nil || disturbed {
			continue
		}
		if got, err := strconv.Atoi(m[1]); err == nil && got >= n {
			disturb(cmd.Process.Pid)
			disturbed = true
		}
	}
	_ = cmd.Wait()
	require.True(c, disturbed, "the run was over before it could be disturbed:\n%s", strings.Join(said, "\n"))
	return cmd.ProcessState
}

// descendants reads the process tree below pid from /proc.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	children := map[int][]int{}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(t, err)
	for _, s := range stats {
		data, err := os.ReadFile(s)
		if err != nil {
			continue // it ended
		}
		rest := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(s)))
		require.NoError(t, err)
		parent, err := strconv.Atoi(rest[1])
		require.NoError(t, err)
		children[parent] = append(children[parent], child)
	}
	var out []int
	for queue := children[pid]; len(queue) > 0; queue = queue[1:] {
		out = append(out, queue[0])
		queue = append(queue, children[queue[0]]...)
	}
	return out
}

func upFinishes(c *checkout) {
	c.must("make", "up")
	for _, stack := range c.well().Markets[0].Stacks {
		require.Empty(c, stack.Pending, stack.Name)
	}
}

func statusShows(c *checkout) {
	s := c.well()
	require.Len(c, s.Markets, 1)
	require.Len(c, s.Markets[0].Stacks, 4)
	clusters := 0
	for _, stack := range s.Markets[0].Stacks {
		require.True(c, stack.Exists, stack.Name)
		if stack.Cluster == nil {
			continue
		}
		clusters++
		ready := map[string]int{}
		for _, p := range stack.Cluster.Pools {
			require.Equal(c, p.Total, p.Ready, "%s %s", stack.Name, p.Name)
			ready[p.Name] = p.Ready
			if p.Name == "api" {
				require.Len(c, p.Zones, 3, "the api pool spans three zones")
			}
		}
		for _, pool := range []string{"api", "etl", "webrtc", "ws", "pii"} {
			require.Positive(c, ready[pool], "%s has no %s node", stack.Name, pool)
		}
		require.FileExists(c, stack.Cluster.Kubeconfig)
	}
	require.Equal(c, 2, clusters)
	r := c.run([]string{"PITBOSS_ENGINE=none"}, "make", "status")
	require.Contains(c, r.log, "engine   sandbox", "make touches the sandbox, whatever the environment says")
}

func upAgain(c *checkout) {
	var o outcome
	c.pitboss(&o, "up", "mt", "--json")
	require.Zero(c, o.changes(), "%+v", o.Total)
}

func (c *checkout) cloud(tfType string) []cloudResource {
	c.Helper()
	var all, out []cloudResource
	r := c.must(c.bin("sandbox"), "resources")
	require.NoError(c, json.Unmarshal([]byte(r.out), &all))
	for _, resource := range all {
		if resource.Type == tfType {
			out = append(out, resource)
		}
	}
	require.NotEmpty(c, out, "no %s in the cloud", tfType)
	return out
}

func (c *checkout) cloudIn(tfType, region string) cloudResource {
	c.Helper()
	for _, r := range c.cloud(tfType) {
		if r.Region == region {
			return r
		}
	}
	require.Fail(c, "no "+tfType+" in "+region)
	return cloudResource{}
}
