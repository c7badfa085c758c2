package audit

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"

	"pitboss/regions"
)

// TestAgeAloneDeletesOnlyWhatIsKnown goes over every class of every jurisdiction: a record
// goes by age alone if its period counts from writing and its figure was verified, or is
// the operator's own for its own logs. Deleting any other too early cannot be undone.
func TestAgeAloneDeletesOnlyWhatIsKnown(t *testing.T) {
	byAge := map[regions.RecordClass]int{}
	for _, j := range regions.Jurisdictions() {
		for _, r := range j.Retentions() {
			verified := r.Fact.Confidence == regions.VerifiedPrimary || r.Fact.Confidence == regions.VerifiedSecondary
			ours := r.Class == regions.RecordPlatform && r.Fact.Source == regions.SourceCompanyPolicy
			want := r.From == regions.StartWritten && (verified || ours)
			if got := goesByAge(t, r); got != want {
				t.Errorf("%s %s goes by age: %t, want %t: it is %s and counts from %q", j, r.Class, got, want, r.Fact.Confidence, r.From)
			}
			if want {
				byAge[r.Class]++
			}
		}
	}
	if n := len(regions.Jurisdictions()); byAge[regions.RecordPlatform] != n || byAge[regions.RecordAML]+byAge[regions.RecordSAR] != 0 {
		t.Errorf("classes that go by age: %v, want the platform's in all %d jurisdictions and no records of customers or reports", byAge, n)
	}
}

// goesByAge says whether the rule that expires objects asks for nothing but their age.
func goesByAge(t *testing.T, r regions.Retention) bool {
	t.Helper()
	rules := lifecycle(r)
	filter, ok := rules[0].(s3.BucketLifecycleConfigurationV2RuleArgs).Filter.(s3.BucketLifecycleConfigurationV2RuleFilterArgs)
	if !ok {
		t.Fatalf("%s: the first rule has the filter %T", r.Class, rules[0])
	}
	for _, other := range rules[1:] {
		if e, _ := other.(s3.BucketLifecycleConfigurationV2RuleArgs).Expiration.(s3.BucketLifecycleConfigurationV2RuleExpirationArgs); e.Days != nil || e.Date != nil {
			t.Errorf("%s: a second rule expires objects", r.Class)
		}
	}
	return filter.Tag == nil && filter.And == nil
}
