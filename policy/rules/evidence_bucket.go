package rules

import (
	"slices"
	"strings"

	"pitboss/regions"
)

func isS3Bucket(r Resource) bool { return r.IsAny("s3/bucketV2:BucketV2", "s3/bucket:Bucket") }

// isEvidence tells whether a bucket is made for evidence: it has a lock, or its name says so.
func isEvidence(r Resource) bool {
	if !isS3Bucket(r) {
		return false
	}
	lock := r.Inputs["objectLockEnabled"]
	return lock == true || lock == (Unknown{}) || speaksOfEvidence(r.bucketWords())
}

func speaksOfEvidence(names []string) bool {
	return slices.Contains(names, "audit") || slices.Contains(names, "evidence")
}

// bucketWords are the words of the names of a bucket, or of what belongs to one.
func (r Resource) bucketWords() []string {
	bucket, _ := r.Inputs["bucket"].(string)
	return nameWords(r.Name, bucket)
}

// records is which records the judged part of a bucket keeps, and for how long. If no name
// tells the class, it is the jurisdiction's shortest: less than that is too little for any.
func (c *Case) records() (keep regions.Retention, named bool) {
	names := c.Resource.bucketWords()
	for _, urn := range c.Resource.From["bucket"] {
		if bucket, ok := c.Stack.Find(urn); ok {
			names = append(names, bucket.bucketWords()...)
		}
	}
	all := c.Stack.Market.Jurisdiction.Retentions()
	for i, one := range all {
		if slices.Contains(names, string(one.Class)) {
			return one, true
		}
		if i == 0 || one.Years < keep.Years {
			keep = one
		}
	}
	return keep, false
}

// locked is for how many days the judged lock keeps what is written.
func (c *Case) locked() (days float64, known bool) {
	years, told := c.Get("rule", "defaultRetention", "years")
	if n, ok := years.(float64); ok && n > 0 {
		return n * 365, true
	}
	v, known := c.Get("rule", "defaultRetention", "days")
	days, _ = v.(float64)
	return days, known && told
}

// wantPartner breaks the rule unless the judged bucket has a part of a type, and returns
// those it has.
func (c *Case) wantPartner(suffix, without string) []*Case {
	parts, known := c.partners(suffix, "bucket", "bucket")
	if known && len(parts) == 0 {
		c.Failf("%s", without)
	}
	out := make([]*Case, 0, len(parts))
	for _, one := range parts {
		out = append(out, c.Of(one))
	}
	return out
}

// resourceStatement is a statement of the policy of a bucket or a key, as far as it is read here.
type resourceStatement struct {
	Effect            string
	Principal, Action any
	Condition         map[string]map[string]any
}

// denies tells whether the statement refuses everybody one of the actions, and, if given,
// under the condition only.
func (s resourceStatement) denies(action string, condition ...string) bool {
	everybody := s.Principal == "*"
	if who, ok := s.Principal.(map[string]any); ok {
		everybody = slices.Contains(flat(who["AWS"]), "*")
	}
	if s.Effect != "Deny" || !everybody || !slices.ContainsFunc(flat(s.Action), func(a string) bool { return a == action || a == "s3:*" || a == "*" }) {
		return false
	}
	if len(condition) == 0 {
		return len(s.Condition) == 0
	}
	return len(s.Condition) == 1 && slices.Contains(flat(s.Condition[condition[0]][condition[1]]), condition[2])
}

// flat is one string or a list of them.
func flat(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, one := range v {
			out = append(out, flat(one)...)
		}
	}
	return out
}

// resourceStatements are those of the policy of what is judged.
func (c *Case) resourceStatements() ([]resourceStatement, bool) {
	var document struct{ Statement []resourceStatement }
	ok := c.JSON(&document, "policy")
	return document.Statement, ok
}

// destinationRegion is where a replication rule copies to; empty if nothing tells.
func (c *Case) destinationRegion(i int) (region string, known bool) {
	at := []any{"rules", i, "destination", "bucket"}
	for _, urn := range c.Resource.From["rules"] {
		if bucket, ok := c.Stack.Find(urn); ok && isS3Bucket(bucket) {
			return bucket.Region(), true
		}
	}
	arn, known := c.Text(at...)
	name := arn[strings.LastIndex(arn, ":")+1:]
	for _, bucket := range c.Stack.Resources {
		if isS3Bucket(bucket) && name != "" && bucket.Inputs["bucket"] == name {
			return bucket.Region(), true
		}
	}
	if named := regionsNamed(arn); len(named) == 1 {
		return named[0], true
	}
	return "", known
}

// exampleBucket is a bucket and its parts.
func exampleBucket(what string, inputs attrs, parts ...Resource) Example {
	if inputs == nil {
		inputs = attrs{}
	}
	inputs["bucket"] = "mt-audit-game"
	return awsExample(what, "s3/bucketV2:BucketV2", "audit-game", inputs, parts...)
}

// exampleAudit is the judged part of a bucket with game records.
func exampleAudit(what, typ string, inputs attrs) Example {
	inputs["bucket"] = "mt-audit-game"
	return awsExample(what, "s3/"+strings.ToLower(typ[:1])+typ[1:]+":"+typ, "audit-game-part", inputs)
}

func exampleSSE(how string, key any) Resource {
	return awsPart("s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "sse", attrs{"bucket": "mt-audit-game",
		"rules": []any{attrs{"applyServerSideEncryptionByDefault": attrs{"sseAlgorithm": how, "kmsMasterKeyId": key}}}})
}

func exampleLock(mode string) Resource {
	return awsPart("s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", "lock", attrs{"bucket": "mt-audit-game",
		"rule": attrs{"defaultRetention": attrs{"mode": mode, "years": 1.0}}})
}
