package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// settlement is what settle decided.
type settlement struct {
	read  []string // URNs to read again
	notes []string
}

// settle takes the open operations out of an exported state. It edits the
// document as it is, so that nothing that a newer Pulumi wrote gets lost.
func settle(export []byte) ([]byte, settlement, error) {
	var plan settlement
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(export))
	dec.UseNumber()
	if err := dec.Decode(&doc); err != nil {
		return nil, plan, err
	}
	deployment, ok := doc["deployment"].(map[string]any)
	if !ok {
		return nil, plan, fmt.Errorf("no deployment in it")
	}
	resources, _ := deployment["resources"].([]any)
	known := map[string]bool{}
	for _, r := range resources {
		if m, ok := r.(map[string]any); ok {
			known[text(m["urn"])] = true
		}
	}
	ops, _ := deployment["pending_operations"].([]any)
	for _, op := range ops {
		m, _ := op.(map[string]any)
		res, _ := m["resource"].(map[string]any)
		urn, kind := text(res["urn"]), text(m["type"])
		label := text(res["type"]) + " " + urn[strings.LastIndex(urn, ":")+1:]
		switch id := adoptedID(res); {
		case kind != "creating" && known[urn]:
			plan.read = append(plan.read, urn)
			plan.notes = append(plan.notes, fmt.Sprintf("%s was cut off while %s: reading what is there", label, kind))
		case kind == "creating" && !known[urn] && id != "":
			res["id"] = id
			resources = append(resources, res)
			known[urn] = true
			plan.read = append(plan.read, urn)
			plan.notes = append(plan.notes, fmt.Sprintf("%s was cut off while creating: looking for it as %q", label, id))
		case kind == "creating":
			plan.notes = append(plan.notes, fmt.Sprintf("%s was cut off while creating: creating it anew; if the cloud had finished the first one, it is left over there", label))
		default:
			plan.notes = append(plan.notes, fmt.Sprintf("%s was cut off while %s: forgotten", label, kind))
		}
	}
	deployment["resources"] = resources
	delete(deployment, "pending_operations")
	out, err := json.Marshal(doc)
	return out, plan, err
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
