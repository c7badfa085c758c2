package backup_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"pitboss/components/backup"
	"pitboss/components/keyring"
	"pitboss/components/naming"
	"pitboss/internal/componenttest"
	"pitboss/internal/record"
	"pitboss/regions"
)

func vaults(t *testing.T) backup.VaultsArgs {
	keys := map[keyring.Class]keyring.Pair{}
	for _, class := range keyring.Classes() {
		keys[class] = keyring.Pair{Home: pulumi.String(class + "-home"), Standby: pulumi.String(class + "-standby")}
	}
	return backup.VaultsArgs{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Home:   componenttest.Region(t, "eu-south-1"), Standby: componenttest.Region(t, "eu-central-1"), StandbyProvider: &aws.Provider{},
		Keys: keys,
	}
}

func TestVaultsArgs(t *testing.T) {
	key := func(class keyring.Class, edit func(*keyring.Pair)) func(*backup.VaultsArgs) {
		return func(a *backup.VaultsArgs) {
			a.Keys = maps.Clone(a.Keys)
			pair := a.Keys[class]
			edit(&pair)
			a.Keys[class] = pair
		}
	}
	componenttest.Blame(t, vaults(t), map[string]componenttest.Case[backup.VaultsArgs]{
		"Valid":        {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*backup.VaultsArgs) {}},
		"NoMarket":     {Reason: "vaults carry its name", Edit: func(a *backup.VaultsArgs) { a.Market.Name = "" }, Blames: "Market.Name"},
		"NoHome":       {Reason: "backups are there", Edit: func(a *backup.VaultsArgs) { a.Home = regions.Region{} }, Blames: "Home"},
		"NoStandby":    {Reason: "copies are there", Edit: func(a *backup.VaultsArgs) { a.Standby = regions.Region{} }, Blames: "Standby"},
		"Same":         {Reason: "a copy would be lost with the original", Edit: func(a *backup.VaultsArgs) { a.Standby = a.Home }, Blames: "Standby"},
		"NoProvider":   {Reason: "the copy would be at home", Edit: func(a *backup.VaultsArgs) { a.StandbyProvider = nil }, Blames: "StandbyProvider"},
		"NoHomeKey":    {Reason: "AWS's own key would do, which every class shares", Edit: key(keyring.PII, func(p *keyring.Pair) { p.Home = nil }), Blames: "Keys"},
		"NoStandbyKey": {Reason: "the same, in the standby region", Edit: key(keyring.Ledger, func(p *keyring.Pair) { p.Standby = nil }), Blames: "Keys"},
	})
}

func recordedVaults(t *testing.T, compliance bool) record.Recording {
	t.Helper()
	args := vaults(t)
	args.Compliance = compliance
	return componenttest.RecordIn(t, args.Home, args.Standby, func(ctx *pulumi.Context, home pulumi.ResourceOption, standby pulumi.ProviderResource) (pulumi.Map, error) {
		args.StandbyProvider = standby
		_, err := backup.NewVaults(ctx, "vaults", args, home)
		return nil, err
	})
}

// TestVaults wants one for each database in each region, under that region's key of the
// database, locked and kept for good.
func TestVaults(t *testing.T) {
	r := recordedVaults(t, false)
	for where, suffix := range map[string]string{"eu-south-1": "-home", "eu-central-1": "-standby"} {
		for database, class := range map[string]string{"ledger": "ledger", "vault": "pii"} {
			vault, ok := r.Named("vaults-" + database + "-" + where)
			if !ok || r.Region(vault) != where || vault.Text("name") != "pitboss-mt-"+database+"-"+where || vault.Text("kmsKeyArn") != class+suffix || vault.Get("forceDestroy") != nil {
				t.Errorf("%s in %s: the vault in %q is %v", database, where, r.Region(vault), vault.Inputs)
			}
			lock, ok := r.Named("vaults-" + database + "-" + where + "-lock")
			if !ok || r.Region(lock) != where || lock.Text("backupVaultName") != vault.Text("name") {
				t.Errorf("%s in %s: the lock in %q is %v", database, where, r.Region(lock), lock.Inputs)
			}
			if want := []string{"changeableForDays", "maxRetentionDays", "minRetentionDays"}; !slices.Equal(lock.IgnoreChanges, want) {
				t.Errorf("%s ignores %v, want %v: a lock that holds cannot be replaced", lock.Name, lock.IgnoreChanges, want)
			}
			for _, one := range []record.Resource{vault, lock} {
				if !one.Protect || !one.Retain {
					t.Errorf("%s: protect %t, retain on delete %t, want both", one.Name, one.Protect, one.Retain)
				}
			}
		}
	}
	if vaults, locks := len(r.Type("backup/vault:Vault")), len(r.Type("VaultLockConfiguration")); vaults != 4 || locks != 4 {
		t.Errorf("%d vaults and %d locks, want 4 of each", vaults, locks)
	}
}

// TestCompliance wants the lock that nobody can take off only where it was asked for.
func TestCompliance(t *testing.T) {
	for compliance, want := range map[bool]any{true: 3.0, false: nil} {
		for _, lock := range recordedVaults(t, compliance).Type("VaultLockConfiguration") {
			if got := lock.Get("changeableForDays"); got != want {
				t.Errorf("compliance %t: %s is changeable for %v days, want %v", compliance, lock.Name, got, want)
			}
		}
	}
}

func plan(t *testing.T) backup.PlanArgs {
	return backup.PlanArgs{
		Market: naming.Market{Name: "mt", Account: "111122223333"},
		Region: componenttest.Region(t, "eu-south-1"), Other: componenttest.Region(t, "eu-central-1"),
		Databases: []backup.Database{{Name: "ledger", ClusterARN: pulumi.String("ledger-arn")}, {Name: "vault", ClusterARN: pulumi.String("vault-arn")}},
	}
}

func TestPlanArgs(t *testing.T) {
	database := func(edit func(*backup.Database)) func(*backup.PlanArgs) {
		return func(a *backup.PlanArgs) {
			a.Databases = slices.Clone(a.Databases)
			edit(&a.Databases[1])
		}
	}
	componenttest.Blame(t, plan(t), map[string]componenttest.Case[backup.PlanArgs]{
		"Valid":      {Reason: "the baseline must pass or the rest proves nothing", Edit: func(*backup.PlanArgs) {}},
		"NoMarket":   {Reason: "vaults carry its name", Edit: func(a *backup.PlanArgs) { a.Market.Name = "" }, Blames: "Market.Name"},
		"BadAccount": {Reason: "the other vault's ARN carries it", Edit: func(a *backup.PlanArgs) { a.Market.Account = "1" }, Blames: "Market.Account"},
		"NoRegion":   {Reason: "the databases are there", Edit: func(a *backup.PlanArgs) { a.Region = regions.Region{} }, Blames: "Region"},
		"NoOther":    {Reason: "a copy is elsewhere", Edit: func(a *backup.PlanArgs) { a.Other = regions.Region{} }, Blames: "Other"},
		"Same":       {Reason: "a copy is elsewhere", Edit: func(a *backup.PlanArgs) { a.Other = a.Region }, Blames: "Other"},
		"Nothing":    {Reason: "nothing would be backed up", Edit: func(a *backup.PlanArgs) { a.Databases = nil }, Blames: "Databases"},
		"Unknown":    {Reason: "it has no vault", Edit: database(func(d *backup.Database) { d.Name = "leger" }), Blames: "Databases[1]"},
		"Twice":      {Reason: "one plan a database", Edit: database(func(d *backup.Database) { d.Name = "ledger" }), Blames: "Databases[1]"},
		"NoCluster":  {Reason: "nothing would be selected", Edit: database(func(d *backup.Database) { d.ClusterARN = nil }), Blames: "Databases[1]"},
	})
}

func recordedPlan(t *testing.T) record.Recording {
	t.Helper()
	return componenttest.Record(t, func(ctx *pulumi.Context) (pulumi.Map, error) {
		_, err := backup.NewPlan(ctx, "backup", plan(t))
		return nil, err
	})
}

// TestPlans wants each database's own cluster in its own vault, and a copy in the other
// region's, within what the lock allows: AWS fails every other job.
func TestPlans(t *testing.T) {
	r := recordedPlan(t)
	locks := recordedVaults(t, false).Type("VaultLockConfiguration")
	least, most := locks[0].Get("minRetentionDays").(float64), locks[0].Get("maxRetentionDays").(float64)
	for _, database := range []string{"ledger", "vault"} {
		made, _ := r.Named("backup-" + database)
		for i, schedule := range backup.Schedules() {
			if made.Text("rules", i, "schedule") != schedule.Cron || made.Text("rules", i, "targetVaultName") != "pitboss-mt-"+database+"-eu-south-1" ||
				made.Text("rules", i, "copyActions", 0, "destinationVaultArn") != "arn:aws:backup:eu-central-1:111122223333:backup-vault:pitboss-mt-"+database+"-eu-central-1" {
				t.Errorf("%s: rule %d is %v", database, i, made.Get("rules", i))
			}
			for _, days := range []any{made.Get("rules", i, "lifecycle", "deleteAfter"), made.Get("rules", i, "copyActions", 0, "lifecycle", "deleteAfter")} {
				if d, ok := days.(float64); !ok || d < least || d > most {
					t.Errorf("%s: a backup of %s is kept %v days, the lock allows %v to %v", database, schedule.Name, days, least, most)
				}
			}
		}
		selection, _ := r.Named("backup-" + database + "-selection")
		if !slices.Equal(selection.Texts("resources"), []string{database + "-arn"}) || selection.Text("planId") != "backup-"+database+"-id" || selection.Text("iamRoleArn") != "arn:aws:recorded:::backup-role" {
			t.Errorf("%s: the selection is %v", database, selection.Inputs)
		}
		if !slices.ContainsFunc(selection.DependsOn, func(urn string) bool { return strings.HasSuffix(urn, "::backup-keys") }) {
			t.Errorf("%s: the first backup may come before the role may use its key: %v", database, selection.DependsOn)
		}
	}
}

// TestRole wants AWS Backup alone, by the name that is known in advance, with the keys of
// the databases through RDS and AWS Backup in both regions, and of nothing else.
func TestRole(t *testing.T) {
	r := recordedPlan(t)
	role, _ := r.Named("backup-role")
	if role.Text("name") != "pitboss-mt-eu-south-1-backup" || !strings.Contains(role.Text("assumeRolePolicy"), `{"Service":["backup.amazonaws.com"]}`) {
		t.Errorf("the role is %v", role.Inputs)
	}
	if attached, _ := r.Named("backup-role-AWSBackupServiceRolePolicyForBackup"); attached.Text("policyArn") != "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup" {
		t.Errorf("AWS's own policy is %v", attached.Inputs)
	}
	keys, _ := r.Named("backup-keys")
	var policy struct {
		Statement []struct {
			Action, Resource []string
			Condition        map[string]map[string][]string
		}
	}
	if err := json.Unmarshal([]byte(keys.Text("policy")), &policy); err != nil || len(policy.Statement) != 2 {
		t.Fatalf("the policy is %s: %v", keys.Text("policy"), err)
	}
	for _, s := range policy.Statement {
		if !slices.Equal(s.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"], []string{"alias/pitboss/mt/ledger", "alias/pitboss/mt/pii"}) {
			t.Errorf("%v is for the keys %v", s.Action, s.Condition)
		}
		if want := []string{"rds.eu-south-1.amazonaws.com", "rds.eu-central-1.amazonaws.com", "backup.eu-south-1.amazonaws.com", "backup.eu-central-1.amazonaws.com"}; !slices.Equal(s.Condition["StringEquals"]["kms:ViaService"], want) {
			t.Errorf("%v is through %v", s.Action, s.Condition)
		}
		if slices.Contains(s.Action, "kms:CreateGrant") != slices.Equal(s.Condition["Bool"]["kms:GrantIsForAWSResource"], []string{"true"}) {
			t.Errorf("%v: grants are for AWS's own use only", s)
		}
	}
}

func TestSchedulesAreACopy(t *testing.T) {
	backup.Schedules()[0].Days = 1
	if backup.Schedules()[0].Days == 1 {
		t.Error("whoever reads the table can change it for everybody")
	}
}
