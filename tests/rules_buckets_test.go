package tests

import (
	"fmt"
	"slices"

	"pitboss/components/naming"
	"pitboss/internal/record"
	"pitboss/regions"
)

// isBucket is every bucket, of either type that the provider has.
var isBucket = is("BucketV2", "s3/bucket:Bucket")

// bucketRules are about buckets and not about what stands around them: a bucket that is
// made without a part of it must not pass.
var bucketRules = []rule{
	{
		name: "buckets-are-known", why: "the rules below know a bucket by its name, so no other may look like one", about: isBucket,
		check: func(p place, b record.Resource) error {
			purposes := []string{naming.AccessLogs, naming.FlowLogs}
			for _, kept := range p.market.Jurisdiction.Retentions() {
				purposes = append(purposes, naming.AuditPurpose(string(kept.Class)))
			}
			if !slices.ContainsFunc(purposes, func(purpose string) bool { return b.Text("bucket") == physical(p).Bucket(regionOf(p, b), purpose) }) {
				return fmt.Errorf("bucket %q is neither for logs nor for a record class of the jurisdiction: %v", b.Text("bucket"), purposes)
			}
			return nil
		},
		breaks: set("pitboss-mt-other-access-logs-111122223333-x", "bucket"),
	},
	{
		name: "private-buckets", why: "no bucket of ours has anything for the public", about: isBucket,
		check: func(p place, b record.Resource) error {
			r, err := companion(p, b, "BucketPublicAccessBlock")
			return first(err, want(r, true, "blockPublicAcls"), want(r, true, "blockPublicPolicy"), want(r, true, "ignorePublicAcls"), want(r, true, "restrictPublicBuckets"))
		},
		also: map[string]breaking{
			"Missing": without("BucketPublicAccessBlock"),
			"Open":    around("BucketPublicAccessBlock", set(false, "blockPublicPolicy")),
		},
	},
	{
		name: "no-acls", why: "an ACL is a second policy that no rule reads", about: isBucket,
		check: func(p place, b record.Resource) error {
			r, err := companion(p, b, "BucketOwnershipControls")
			return first(err, want(r, "BucketOwnerEnforced", "rule", "objectOwnership"), want(b, nil, "acl"), want(b, nil, "grants"))
		},
		also: map[string]breaking{
			"Missing": without("BucketOwnershipControls"),
			"Writer":  around("BucketOwnershipControls", set("ObjectWriter", "rule", "objectOwnership")),
			"ACL":     itself(set("public-read", "acl")),
		},
	},
	{
		name: "versioned-buckets", why: "what is overwritten or deleted is still there, and replication needs it", about: isBucket,
		check: func(p place, b record.Resource) error {
			r, err := companion(p, b, "BucketVersioningV2")
			return first(err, want(r, "Enabled", "versioningConfiguration", "status"))
		},
		also: map[string]breaking{
			"Missing":   without("BucketVersioningV2"),
			"Suspended": around("BucketVersioningV2", set("Suspended", "versioningConfiguration", "status")),
		},
	},
	{
		name: "encrypted-with-the-audit-key", why: "evidence is read with its own key and no other", about: isBucket,
		check: func(p place, b record.Resource) error {
			r, err := companion(p, b, "BucketServerSideEncryptionConfigurationV2")
			by := []any{"rules", 0, "applyServerSideEncryptionByDefault"}
			if isAccessLogs(p, b) { // S3 delivers access logs under its own keys only
				return first(err, want(r, "AES256", append(by, "sseAlgorithm")...))
			}
			return first(err, want(r, "aws:kms", append(by, "sseAlgorithm")...), want(r, keyOf(p, b, "audit"), append(by, "kmsMasterKeyId")...))
		},
		also: map[string]breaking{
			"Missing": without("BucketServerSideEncryptionConfigurationV2"),
			"None":    around("BucketServerSideEncryptionConfigurationV2", set("none", "rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm")),
			"Swapped": around("BucketServerSideEncryptionConfigurationV2", func(r *record.Resource) {
				other := map[string]string{"AES256": "aws:kms", "aws:kms": "AES256"}
				by := []any{"rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm"}
				set(other[r.Text(by...)], by...)(r)
			}),
		},
	},
	{
		name: "only-over-tls", why: "evidence does not travel in the clear", about: isBucket,
		check: func(p place, b record.Resource) error {
			clear, old := map[string]string{"aws:SecureTransport": "false"}, map[string]string{"aws:SecureTransport": "true", "s3:TlsVersion": "1.1"}
			arn := naming.BucketARN(b.Text("bucket"))
			return verdicts(p, b, []verdict{
				{"reading in the clear", request{"s3:GetObject", arn + "/x", clear}, true},
				{"writing in the clear", request{"s3:PutObject", arn + "/x", clear}, true},
				{"listing in the clear", request{"s3:ListBucket", arn, clear}, true},
				{"reading over TLS 1.1", request{"s3:GetObject", arn + "/x", old}, true},
				{"reading over TLS 1.3", request{"s3:GetObject", arn + "/x", secure(nil)}, false},
			})
		},
		also: map[string]breaking{
			"Missing":     without("BucketPolicy"),
			"Nothing":     around("BucketPolicy", set(`{"Statement":[]}`, "policy")),
			"ObjectsOnly": around("BucketPolicy", set(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:GetObject"],"Resource":["*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`, "policy")),
			"OneUser":     around("BucketPolicy", set(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["arn:aws:iam::1:role/x"]},"Action":["s3:*"],"Resource":["*"],"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`, "policy")),
		},
	},
	{
		name: "written-with-our-key", why: "an upload that names its own encryption would be readable without our key", about: takesUploads,
		check: func(p place, b record.Resource) error {
			const how, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
			ours := keyOf(p, b, "audit")
			put := func(keys map[string]string) request {
				return request{"s3:PutObject", naming.BucketARN(b.Text("bucket")) + "/AWSLogs/x", secure(keys)}
			}
			return verdicts(p, b, []verdict{
				{"an upload that names nothing", put(nil), false}, // gets the bucket's default: ours
				{"an upload under our key", put(map[string]string{how: "aws:kms", key: ours}), false},
				{"an upload under S3's own KMS key", put(map[string]string{how: "aws:kms"}), true},
				{"an upload under another key", put(map[string]string{how: "aws:kms", key: ours + "-other"}), true},
				{"an upload under AES256", put(map[string]string{how: "AES256"}), true},
			})
		},
		also: map[string]breaking{
			"Missing":    without("BucketPolicy"),
			"Allows":     around("BucketPolicy", set(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:*"],"Resource":["*"]}]}`, "policy")),
			"AllDenied":  around("BucketPolicy", set(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:PutObject"],"Resource":["*"],"Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":["aws:kms"]}}}]}`, "policy")),
			"IfExists":   around("BucketPolicy", set(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:PutObject"],"Resource":["*"],"Condition":{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":["aws:kms"]}}}]}`, "policy")),
			"AnyKMS":     around("BucketPolicy", set(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:PutObject"],"Resource":["*"],"Condition":{"Null":{"s3:x-amz-server-side-encryption":["false"]},"StringNotEquals":{"s3:x-amz-server-side-encryption":["aws:kms"]}}}]}`, "policy")),
			"OtherNames": around("BucketPolicy", set(`{"Statement":[{"Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:PutObject"],"Resource":["arn:aws:s3:::other/*"]}]}`, "policy")),
		},
	},
	{
		name: "locked-for-its-class", why: "too short loses evidence, too long breaches privacy law", about: isEvidence,
		check: func(p place, b record.Resource) error {
			for _, kept := range p.market.Jurisdiction.Retentions() {
				if b.Text("bucket") == physical(p).Bucket(regionOf(p, b), naming.AuditPurpose(string(kept.Class))) {
					r, err := companion(p, b, "BucketObjectLockConfigurationV2")
					return first(err, want(b, true, "objectLockEnabled"), want(r, "COMPLIANCE", "rule", "defaultRetention", "mode"),
						want(r, float64(kept.Years), "rule", "defaultRetention", "years"), want(r, nil, "rule", "defaultRetention", "days"))
				}
			}
			return fmt.Errorf("bucket %q is of no record class of the jurisdiction, and no log bucket", b.Text("bucket"))
		},
		also: map[string]breaking{
			"Missing":  without("BucketObjectLockConfigurationV2"),
			"TooLong":  around("BucketObjectLockConfigurationV2", set(99.0, "rule", "defaultRetention", "years")),
			"Governed": around("BucketObjectLockConfigurationV2", set("GOVERNANCE", "rule", "defaultRetention", "mode")),
			"Unlocked": itself(set(false, "objectLockEnabled")),
			"Unknown":  itself(set("another", "bucket")),
		},
	},
}

// takesUploads is every bucket of the platform but the one that S3 itself logs to.
func takesUploads(r record.Resource) bool {
	return isBucket(r) && !isLogs(r, naming.AccessLogs)
}

// isEvidence is every bucket but those that AWS logs to.
func isEvidence(r record.Resource) bool {
	return takesUploads(r) && !isLogs(r, naming.FlowLogs)
}

// isLogs knows a log bucket by its name, whatever its resource is called: the name is
// what naming makes for some market in some region.
func isLogs(r record.Resource, purpose string) bool {
	return matches([]string{"pitboss-*-" + purpose + "-????????????-*"}, r.Text("bucket"))
}

// isAccessLogs is the one bucket of its region that S3's own keys encrypt.
func isAccessLogs(p place, b record.Resource) bool {
	return b.Text("bucket") == physical(p).Bucket(regionOf(p, b), naming.AccessLogs)
}

// physical makes the market's names.
func physical(p place) naming.Market {
	return naming.Market{Name: p.market.Name, Account: p.market.Account}
}

// regionOf is where a resource is: the stack's region for what has no AWS provider.
func regionOf(p place, r record.Resource) regions.Region {
	for _, one := range p.market.Regions() {
		if one.String() == p.all.Region(r) {
			return one
		}
	}
	return p.stack.Region
}

// belongs is whether one is a part of what stands around bucket.
func belongs(one, bucket record.Resource) bool {
	of := one.Text("bucket")
	return one.Provider == bucket.Provider && of != "" && (of == bucket.Name+"-id" || of == bucket.Text("bucket"))
}

// companion is the one resource of a type that belongs to a bucket.
func companion(p place, bucket record.Resource, typ string) (record.Resource, error) {
	found := slices.DeleteFunc(slices.Clone(p.all.Type(typ)), func(one record.Resource) bool { return !belongs(one, bucket) })
	if len(found) != 1 {
		return record.Resource{}, fmt.Errorf("it has %d of %s, want one", len(found), typ)
	}
	return found[0], nil
}

// verdict is a request and whether a bucket's policy must deny it.
type verdict struct {
	what   string
	asks   request
	denied bool
}

// verdicts is the first request that the bucket's policy judges wrongly.
func verdicts(p place, bucket record.Resource, all []verdict) error {
	r, err := companion(p, bucket, "BucketPolicy")
	if err != nil {
		return err
	}
	d, err := policyOf(r)
	if err != nil {
		return err
	}
	for _, v := range all {
		denied, err := d.denies(v.asks)
		if err != nil {
			return err
		}
		if denied != v.denied {
			return fmt.Errorf("%s: denied is %t, want %t", v.what, denied, v.denied)
		}
	}
	return nil
}

// secure is a request's keys over TLS.
func secure(keys map[string]string) map[string]string {
	out := map[string]string{"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
	for key, value := range keys {
		out[key] = value
	}
	return out
}

// without takes away what belongs to a bucket.
func without(typ string) breaking {
	return func(all *record.Recording, r *record.Resource) {
		bucket := *r
		all.Resources = slices.DeleteFunc(slices.Clone(all.Resources), func(one record.Resource) bool { return one.Is(typ) && belongs(one, bucket) })
	}
}

// around breaks what belongs to a bucket.
func around(typ string, breaks func(*record.Resource)) breaking {
	return func(all *record.Recording, r *record.Resource) {
		for i, one := range all.Resources {
			if one.Is(typ) && belongs(one, *r) {
				all.Resources[i] = clone(one)
				breaks(&all.Resources[i])
			}
		}
	}
}

// itself breaks the resource and nothing around it.
func itself(breaks func(*record.Resource)) breaking {
	return func(_ *record.Recording, r *record.Resource) { breaks(r) }
}
