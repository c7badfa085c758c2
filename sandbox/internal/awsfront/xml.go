package awsfront

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// item is what the elements of a list are called in XML; those of other lists are
// "member".
var item = map[string]string{
	"DBClusterMembers": "DBClusterMember", "DBClusters": "DBCluster", "VpcSecurityGroups": "VpcSecurityGroupMembership",
	"GlobalClusterMembers": "GlobalClusterMember", "GlobalClusters": "GlobalClusterMember",
	"GlobalReplicationGroups": "GlobalReplicationGroup", "Members": "GlobalReplicationGroupMember",
	"ResourceRecordSets": "ResourceRecordSet", "ResourceRecords": "ResourceRecord",
	"securityGroupRuleSet": "item",
}

// flat is a list whose elements stand where the list would, under its own name.
type flat []any

// writeXML writes v as the element of that name, fields in alphabetical order.
func writeXML(b *bytes.Buffer, name string, v any) {
	switch v := v.(type) {
	case nil:
		return
	case flat:
		for _, e := range v {
			writeXML(b, name, e)
		}
		return
	}
	b.WriteString("<" + name + ">")
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			writeXML(b, k, v[k])
		}
	case []any:
		of, ok := item[name]
		if !ok {
			of = "member"
		}
		for _, e := range v {
			writeXML(b, of, e)
		}
	default:
		_ = xml.EscapeText(b, []byte(text(v))) // a buffer takes everything
	}
	b.WriteString("</" + name + ">")
}

// stamp is how AWS writes times.
const stamp = "2006-01-02T15:04:05.000Z"

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format(stamp)
	}
	return fmt.Sprint(v)
}

// xmlTree reads XML into the form of the API's parameters: an element with elements
// in it is an object, or a list if its name says so.
func xmlTree(data []byte) (any, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		if start, ok := t.(xml.StartElement); ok {
			return subtree(d, start.Name.Local)
		}
	}
}

// lists are the elements that hold a list, in what the front reads.
var lists = []string{"Changes", "ResourceRecords"}

func subtree(d *xml.Decoder, name string) (any, error) {
	fields, list, words := map[string]any{}, []any{}, ""
	for {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			v, err := subtree(d, t.Name.Local)
			if err != nil {
				return nil, err
			}
			fields[t.Name.Local] = v
			list = append(list, v)
		case xml.CharData:
			words += string(t)
		case xml.EndElement:
			switch {
			case slices.Contains(lists, name):
				return list, nil
			case len(fields) > 0:
				return fields, nil
			}
			return words, nil
		}
	}
}
