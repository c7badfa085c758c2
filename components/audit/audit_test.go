package audit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/audit"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func valid(t *testing.T) audit.Args {
	return audit.Args{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"), StandbyProvider: &aws.Provider{},
		HomeKeyARN: pulumi.String("home-key"), StandbyKeyARN: pulumi.String("standby-key"),
		Retentions: []regions.Retention{
			{Class: regions.RecordAML, Years: 5, From: regions.StartEndOfRelationship},
			{Class: regions.RecordGame, Years: 10, From: regions.StartWritten, Fact: regions.Fact{Confidence: regions.VerifiedPrimary}},
			{Class: regions.RecordPlatform, Years: 1, From: regions.StartWritten, Fact: regions.Fact{Confidence: regions.OwnDecision}},
		},
	}
}

func TestArgs(t *testing.T) {
	again := regions.Retention{Class: regions.RecordAML, Years: 10, From: regions.StartWritten}
	componenttest.Blame(t, valid(t), map[string]componenttest.Case[audit.Args]{
		"Valid":        {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*audit.Args) {}},
		"NoMarket":     {Reason: "bucket names carry it", Edit: func(a *audit.Args) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount":   {Reason: "bucket names carry it", Edit: func(a *audit.Args) { a.Market.Account = "" }, Blames: "Market.Account"},
		"NoHome":       {Reason: "one copy is there", Edit: func(a *audit.Args) { a.Home = regions.Region{} }, Blames: "Home"},
		"Same":         {Reason: "two copies in one place are one", Edit: func(a *audit.Args) { a.Standby = a.Home }, Blames: "Standby"},
		"NoProvider":   {Reason: "the copy would stay at home", Edit: func(a *audit.Args) { a.StandbyProvider = nil }, Blames: "StandbyProvider"},
		"NoKey":        {Reason: "nothing is stored in the clear", Edit: func(a *audit.Args) { a.HomeKeyARN = nil }, Blames: "HomeKeyARN"},
		"NoStandbyKey": {Reason: "nor is its copy", Edit: func(a *audit.Args) { a.StandbyKeyARN = nil }, Blames: "StandbyKeyARN"},
		"NoPlatform":   {Reason: "logs follow it", Edit: func(a *audit.Args) { a.Retentions = a.Retentions[:2] }, Blames: "Retentions"},
		"Twice":        {Reason: "never one maximum for two periods", Edit: func(a *audit.Args) { a.Retentions = append(slices.Clone(a.Retentions), again) }, Blames: "Retentions"},
		"ZeroYears":    {Reason: "a lock of nothing is no lock", Edit: func(a *audit.Args) { a.Retentions = []regions.Retention{{Class: regions.RecordPlatform}} }, Blames: "Retentions"},
	})
}

func recorded(t *testing.T) record.Recording {
	t.Helper()
	args := valid(t)
	return componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		made, err := audit.New(ctx, "trail", args, home)
		if err != nil {
			return nil, err
		}
		return made.Output(), nil
	})
}

// TestEachClassHasItsOwnPeriod wants one locked bucket a class and region, never one
// maximum for all.
func TestEachClassHasItsOwnPeriod(t *testing.T) {
	r := recorded(t)
	for _, kept := range valid(t).Retentions {
		for _, where := range []string{"eu-south-1", "eu-central-1"} {
			name := "trail-audit-" + string(kept.Class) + "-" + where
			bucket, _ := r.Named(name)
			lock, _ := r.Named(name + "-lock")
			if bucket.Get("objectLockEnabled") != true || bucket.Get("forceDestroy") != false || r.Region(bucket) != where {
				t.Errorf("%s has lock %v and force destroy %v in %q", name, bucket.Get("objectLockEnabled"), bucket.Get("forceDestroy"), r.Region(bucket))
			}
			if lock.Text("rule", "defaultRetention", "mode") != "COMPLIANCE" || lock.Get("rule", "defaultRetention", "years") != float64(kept.Years) {
				t.Errorf("%s is locked %v, want COMPLIANCE for %d years", name, lock.Get("rule", "defaultRetention"), kept.Years)
			}
			if versioning, _ := r.Named(name + "-versioning"); versioning.Text("versioningConfiguration", "status") != "Enabled" {
				t.Errorf("%s has no versions to lock", name)
			}
			if byRegion, _ := r.Outputs[string(kept.Class)].(map[string]any); byRegion[where] != bucket.Text("bucket") {
				t.Errorf("%s is published as %v", name, byRegion[where])
			}
		}
	}
	if got := len(r.Type("BucketObjectLockConfigurationV2")); got != 6 {
		t.Errorf("%d locks, want three classes in two regions", got)
	}
}

// TestBucketsForget wants every object to go: by age where the law counts from writing,
// by its release where it counts from something later, and never before the lock ends.
func TestBucketsForget(t *testing.T) {
	r := recorded(t)
	cases := map[string]struct {
		reason string
		days   float64
		tag    string
	}{
		"trail-audit-game-eu-south-1":     {"ten years since writing, with three leap days", 3653, ""},
		"trail-audit-platform-eu-south-1": {"one year, which may be a leap year", 366, ""},
		"trail-audit-aml-eu-south-1":      {"five years since a customer left: the age is only the least", 1827, audit.ReleasedKey},
		"trail-access-logs-eu-central-1":  {"logs follow the platform's own period", 366, ""},
		"trail-flow-logs-eu-central-1":    {"logs follow the platform's own period", 366, ""},
	}
	for name, c := range cases {
		lifecycle, ok := r.Named(name + "-lifecycle")
		if !ok {
			t.Errorf("%s never forgets: %s", name, c.reason)
			continue
		}
		if lifecycle.Get("rules", 0, "expiration", "days") != c.days || lifecycle.Text("rules", 0, "filter", "tag", "key") != c.tag {
			t.Errorf("%s forgets %v, want after %v days with tag %q: %s", name, lifecycle.Get("rules", 0), c.days, c.tag, c.reason)
		}
		if lifecycle.Get("rules", 0, "noncurrentVersionExpiration", "noncurrentDays") != 1.0 {
			t.Errorf("%s keeps old versions for ever", name)
		}
		if lifecycle.Get("rules", 1, "expiration", "expiredObjectDeleteMarker") != true {
			t.Errorf("%s keeps empty delete markers", name)
		}
	}
}

// TestLogsGoWhereTheyCan wants logs in buckets without a lock: S3 does not deliver its
// own into a locked one, and that flow logs are delivered into one is stated nowhere.
func TestLogsGoWhereTheyCan(t *testing.T) {
	r := recorded(t)
	for _, bucket := range r.Type("BucketV2") {
		logs := strings.Contains(bucket.Name, "-logs-")
		if bucket.Get("objectLockEnabled") == logs {
			t.Errorf("%s has lock %v", bucket.Name, bucket.Get("objectLockEnabled"))
		}
		logging, logged := r.Named(bucket.Name + "-access")
		if logged == strings.Contains(bucket.Name, "-access-logs-") {
			t.Errorf("%s: access is logged: %t", bucket.Name, logged)
		}
		if target := logging.Text("targetBucket"); logged && (!strings.Contains(target, "access-logs") || !strings.Contains(target, r.Region(bucket))) {
			t.Errorf("access to %s is logged in %s", bucket.Name, target)
		}
	}
}

// TestReplicationKeepsTheLock wants every class copied, with its lock, under the other
// region's key, in both directions.
func TestReplicationKeepsTheLock(t *testing.T) {
	r := recorded(t)
	copies := r.Type("BucketReplicationConfig")
	if len(copies) != 6 {
		t.Fatalf("%d replications, want three classes both ways", len(copies))
	}
	for _, c := range copies {
		from, key := "eu-south-1", "standby-key"
		to := "eu-central-1"
		if r.Region(c) == to {
			from, to, key = to, from, "home-key"
		}
		rule := func(path ...any) string { return c.Text(append([]any{"rules", 0}, path...)...) }
		want := strings.Replace(strings.TrimSuffix(c.Name, "-replication"), from, to, 1)
		if rule("destination", "bucket") != "arn:aws:recorded:::"+want || rule("destination", "encryptionConfiguration", "replicaKmsKeyId") != key {
			t.Errorf("%s copies to %s under %s, want %s under %s", c.Name, rule("destination", "bucket"), rule("destination", "encryptionConfiguration", "replicaKmsKeyId"), want, key)
		}
		if rule("deleteMarkerReplication", "status") != "Disabled" || rule("sourceSelectionCriteria", "sseKmsEncryptedObjects", "status") != "Enabled" ||
			rule("sourceSelectionCriteria", "replicaModifications", "status") != "Enabled" || rule("destination", "metrics", "status") != "Enabled" || rule("priority") == "" || c.Get("rules", 0, "filter") == nil || c.Get("rules", 0, "existingObjectReplication") != nil {
			t.Errorf("%s has the rule %v", c.Name, c.Get("rules", 0))
		}
		for _, needed := range []string{from, to} {
			locked := strings.Replace(want, to, needed, 1) + "-lock"
			if !slices.ContainsFunc(c.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::"+locked) }) {
				t.Errorf("%s does not wait for %s: the first copies would not be locked", c.Name, locked)
			}
		}
		if !slices.ContainsFunc(c.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::trail-replication-"+from+"-policy") }) {
			t.Errorf("%s does not wait for what its role may do: the first copies would fail for good", c.Name)
		}
	}
	for _, where := range []string{"eu-south-1", "eu-central-1"} {
		policy, _ := r.Named("trail-replication-" + where + "-policy")
		for _, needed := range []string{"s3:GetObjectRetention", "s3:GetObjectLegalHold", "s3:GetObjectVersionForReplication", "s3:ReplicateObject"} {
			if !strings.Contains(policy.Text("policy"), needed) {
				t.Errorf("the role of %s may not %s", where, needed)
			}
		}
		if strings.Contains(policy.Text("policy"), "Delete") {
			t.Errorf("the role of %s may delete", where)
		}
	}
}
