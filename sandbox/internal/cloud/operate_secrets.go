package cloud

import (
	"slices"
	"strings"
)

// secretOf finds the secret that SecretId names in the call's region, there or as
// a copy, with the ARN that it has there.
func (c *Cloud) secretOf(call Call) (Resource, string, error) {
	id := call.String("SecretId")
	found, err := c.find("aws_secretsmanager_secret", func(s Resource) bool {
		return s.Account == call.Account && slices.Contains(append(names(s.at("replicas.region")), s.Region), call.Region) &&
			(s.String("name") == id || secretARN(s, call.Region) == id)
	})
	if err != nil {
		return Resource{}, "", err
	}
	if len(found) == 0 {
		return Resource{}, "", refuse("Secrets Manager", call.Operation, "ResourceNotFoundException", "Secrets Manager can't find the specified secret: %s in %s.", id, call.Region)
	}
	return found[0], secretARN(found[0], call.Region), nil
}

// secretARN is a secret's ARN in a region: a copy's differs in the region alone.
func secretARN(s Resource, region string) string {
	return strings.Replace(s.ID, ":"+s.Region+":", ":"+region+":", 1)
}

// versionsOf are a secret's versions, the newest first.
func (c *Cloud) versionsOf(s Resource) ([]Resource, error) {
	found, err := c.find("aws_secretsmanager_secret_version", func(v Resource) bool { return v.String("secretId") == s.ID })
	slices.SortStableFunc(found, func(a, b Resource) int { return b.Created.Compare(a.Created) })
	return found, err
}

// secretValue is secretsmanager GetSecretValue.
func (c *Cloud) secretValue(call Call) (any, error) {
	s, arn, err := c.secretOf(call)
	if err != nil {
		return nil, err
	}
	stage, version := call.String("VersionStage"), call.String("VersionId")
	if stage == "" && version == "" {
		stage = "AWSCURRENT"
	}
	versions, err := c.versionsOf(s)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		stages := names(v.Props["versionStages"])
		if version != "" && v.String("versionId") != version || stage != "" && !slices.Contains(stages, stage) {
			continue
		}
		out := map[string]any{"ARN": arn, "Name": s.String("name"), "VersionId": v.String("versionId"), "VersionStages": v.Props["versionStages"], "CreatedDate": v.Created}
		if binary := v.String("secretBinary"); binary != "" {
			out["SecretBinary"] = binary
		} else {
			out["SecretString"] = v.String("secretString")
		}
		return out, nil
	}
	return nil, refuse("Secrets Manager", call.Operation, "ResourceNotFoundException",
		"Secrets Manager can't find the specified secret value for staging label: %s, version: %q", stage, version)
}

// describeSecret is secretsmanager DescribeSecret.
func (c *Cloud) describeSecret(call Call) (any, error) {
	s, arn, err := c.secretOf(call)
	if err != nil {
		return nil, err
	}
	versions, err := c.versionsOf(s)
	if err != nil {
		return nil, err
	}
	stages := map[string]any{}
	for _, v := range versions {
		stages[v.String("versionId")] = v.Props["versionStages"]
	}
	out := map[string]any{"ARN": arn, "Name": s.String("name"), "Description": s.String("description"), "CreatedDate": s.Created,
		"PrimaryRegion": s.Region, "VersionIdsToStages": stages}
	if key := s.String("kmsKeyId"); key != "" {
		out["KmsKeyId"] = key
	}
	copies := []any{}
	replicas, _ := s.Props["replicas"].([]any)
	for _, v := range replicas {
		r := object(v)
		copies = append(copies, map[string]any{"Region": r["region"], "KmsKeyId": r["kmsKeyId"], "Status": r["status"]})
	}
	if len(copies) > 0 {
		out["ReplicationStatus"] = copies
	}
	return out, nil
}
