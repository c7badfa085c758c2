package cloud

// A simulated registry holds no images: nothing is pushed here, so nothing is replicated or
// scanned, no lifecycle policy finds anything, and every repository may be deleted.

// registry is where images of an account and region are pulled from.
func registry(r Resource) string {
	return r.Account + ".dkr.ecr." + r.Region + ".amazonaws.com"
}

func decideRepository(c *Cloud, r Resource, old, out map[string]any) error {
	out["repositoryUrl"] = registry(r) + "/" + r.ID
	var encryption []any
	for _, e := range listed(r.Props["encryptionConfigurations"]) {
		m, _ := e.(map[string]any)
		if m["encryptionType"] == "KMS" && (m["kmsKey"] == nil || m["kmsKey"] == "") {
			m = merge(m, map[string]any{"kmsKey": defaultKey(r, "ecr")}).(map[string]any)
		}
		encryption = append(encryption, m)
	}
	if len(encryption) > 0 { // in its place: what lies in a list of the plan is not decided otherwise
		r.Props["encryptionConfigurations"] = encryption
	}
	return decideRegistry(c, r, old, out)
}

func decideRegistry(_ *Cloud, r Resource, _, out map[string]any) error {
	out["registryId"] = r.Account
	return nil
}

func listed(v any) []any {
	list, _ := v.([]any)
	return list
}
