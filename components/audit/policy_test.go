package audit_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestOnlyOurKey judges four uploads as S3 would: what is refused is what names another
// encryption; what names none gets the bucket's default.
func TestOnlyOurKey(t *testing.T) {
	policy, _ := recorded(t).Named("trail-audit-game-eu-central-1-policy")
	var d struct {
		Statement []struct {
			Sid       string
			Effect    string
			Action    []string
			Condition map[string]map[string][]string
		}
	}
	if err := policy.JSON(&d, "policy"); err != nil {
		t.Fatal(err)
	}
	const sse, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
	denied := func(request map[string]string) bool {
		for _, s := range d.Statement {
			if s.Effect != "Deny" || !slices.Contains(s.Action, "s3:PutObject") {
				continue
			}
			matches := true
			for operator, conditions := range s.Condition {
				for header, values := range conditions {
					got, present := request[header]
					switch operator {
					case "Null":
						matches = matches && slices.Contains(values, strconv.FormatBool(!present))
					case "StringNotEquals": // a missing header is not equal
						matches = matches && !(present && slices.Contains(values, got))
					default:
						t.Fatalf("%s: operator %s is not judged here", s.Sid, operator)
					}
				}
			}
			if matches {
				return true
			}
		}
		return false
	}
	for name, c := range map[string]struct {
		reason  string
		request map[string]string
		denied  bool
	}{
		"NoHeaders":  {"log delivery names nothing and gets the default", nil, false},
		"OurKey":     {"it is the default, said aloud", map[string]string{sse: "aws:kms", key: "standby-key"}, false},
		"KMSAlone":   {"S3 would use its own key", map[string]string{sse: "aws:kms"}, true},
		"AnotherKey": {"the trail would be readable by others", map[string]string{sse: "aws:kms", key: "home-key"}, true},
		"S3sOwn":     {"no key policy would guard it", map[string]string{sse: "AES256"}, true},
	} {
		if got := denied(c.request); got != c.denied {
			t.Errorf("%s: denied is %v: %s", name, got, c.reason)
		}
	}
}

// TestNobodyDeletes wants every locked bucket to refuse deletions and delete markers,
// whoever asks.
func TestNobodyDeletes(t *testing.T) {
	r := recorded(t)
	locks := r.Type("BucketObjectLockConfigurationV2")
	if len(locks) == 0 {
		t.Fatal("no locked bucket")
	}
	for _, lock := range locks {
		policy, _ := r.Named(strings.TrimSuffix(lock.Name, "-lock") + "-policy")
		var d struct {
			Statement []struct {
				Effect    string
				Principal struct{ AWS []string }
				Action    []string
				Condition map[string]any
			}
		}
		if err := policy.JSON(&d, "policy"); err != nil {
			t.Fatal(err)
		}
		refused := false
		for _, s := range d.Statement {
			refused = refused || s.Effect == "Deny" && slices.Equal(s.Principal.AWS, []string{"*"}) && len(s.Condition) == 0 &&
				slices.Equal(s.Action, []string{"s3:DeleteObject", "s3:DeleteObjectVersion"})
		}
		if !refused {
			t.Errorf("%s lets objects be deleted: %s", policy.Name, policy.Text("policy"))
		}
	}
}
