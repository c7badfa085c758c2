// Package awsschema reads the package schema that the Terraform bridge reports
// and answers what shape each property of an AWS resource type has. The AWS
// plugin and the simulated cloud import it.
package awsschema

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Kind is a property's basic shape.
type Kind string

// The shapes that a property of a Terraform resource can have.
const (
	String  Kind = "string"
	Number  Kind = "number"
	Boolean Kind = "boolean"
	List    Kind = "array"
	Map     Kind = "map"
	Object  Kind = "object"
)

// Type is a shape, with that of its elements or fields.
type Type struct {
	Kind   Kind
	Elem   *Type            // List and Map
	Fields map[string]*Type // Object
}

// Resource is one resource type's properties, named as the bridge names them.
type Resource struct {
	Inputs  map[string]*Type
	Outputs map[string]*Type
}

// Schema is the resource types of one bridge, by Terraform type.
type Schema struct {
	resources map[string]*Resource
	secrets   map[string]bool
}

// Secrets names the properties, at any depth of any type, that the provider
// calls sensitive; sorted.
func (s *Schema) Secrets() []string {
	return slices.Sorted(maps.Keys(s.secrets))
}

// Resource returns the shape of a Terraform type such as "aws_vpc".
func (s *Schema) Resource(tfType string) (*Resource, error) {
	r, ok := s.resources[Token(tfType)]
	if !ok {
		return nil, fmt.Errorf("the sandbox loaded no schema for %s: add it to the table in sandbox/internal/awsplugin/tokens.go", tfType)
	}
	return r, nil
}

// Token is the bridge's name of a Terraform type: "aws_eks_cluster" becomes
// "aws:index/eksCluster:EksCluster".
func Token(tfType string) string {
	camel := camelCase(strings.TrimPrefix(tfType, "aws_"))
	return "aws:index/" + camel + ":" + strings.ToUpper(camel[:1]) + camel[1:]
}

// IDProperty is the property in which the bridge reports Terraform's own "id"
// attribute, a name that Pulumi keeps for itself: "eksClusterId".
func IDProperty(tfType string) string { return camelCase(strings.TrimPrefix(tfType, "aws_")) + "Id" }

func camelCase(snake string) string {
	parts := strings.Split(snake, "_")
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		}
	}
	return strings.Join(parts, "")
}

type rawType struct {
	Type                 string   `json:"type"`
	Secret               bool     `json:"secret"`
	Ref                  string   `json:"$ref"`
	Items                *rawType `json:"items"`
	AdditionalProperties *rawType `json:"additionalProperties"`
}

type rawObject struct {
	Properties      map[string]rawType `json:"properties"`
	InputProperties map[string]rawType `json:"inputProperties"`
}

type rawSchema struct {
	Types     map[string]rawObject `json:"types"`
	Resources map[string]rawObject `json:"resources"`
}

// Load reads the schema file that the bridge manager wrote.
func Load(path string) (*Schema, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(data)
}

// Parse reads a Pulumi package schema in JSON.
func Parse(data []byte) (*Schema, error) {
	var raw rawSchema
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("the AWS provider's schema: %w", err)
	}
	r := resolver{raw: raw, types: map[string]*Type{}}
	s := &Schema{resources: map[string]*Resource{}, secrets: map[string]bool{}}
	for token, object := range raw.Resources {
		s.resources[token] = &Resource{Inputs: r.fields(object.InputProperties), Outputs: r.fields(object.Properties)}
		s.noteSecrets(object)
	}
	for _, object := range raw.Types {
		s.noteSecrets(object)
	}
	return s, nil
}

func (s *Schema) noteSecrets(object rawObject) {
	for _, properties := range []map[string]rawType{object.Properties, object.InputProperties} {
		for name, t := range properties {
			if t.Secret {
				s.secrets[name] = true
			}
		}
	}
}

// resolver follows references; types may refer to themselves.
type resolver struct {
	raw   rawSchema
	types map[string]*Type
}

func (r resolver) fields(in map[string]rawType) map[string]*Type {
	out := make(map[string]*Type, len(in))
	for name, t := range in {
		out[name] = r.resolve(t)
	}
	return out
}

func (r resolver) resolve(t rawType) *Type {
	switch {
	case t.Ref != "":
		token := strings.TrimPrefix(t.Ref, "#/types/")
		if known, ok := r.types[token]; ok {
			return known
		}
		object := &Type{Kind: Object}
		r.types[token] = object
		object.Fields = r.fields(r.raw.Types[token].Properties)
		return object
	case t.Type == "array" && t.Items != nil:
		return &Type{Kind: List, Elem: r.resolve(*t.Items)}
	case t.Type == "object" && t.AdditionalProperties != nil:
		return &Type{Kind: Map, Elem: r.resolve(*t.AdditionalProperties)}
	case t.Type == "object":
		return &Type{Kind: Map, Elem: &Type{Kind: String}}
	case t.Type == "integer":
		return &Type{Kind: Number}
	}
	return &Type{Kind: Kind(t.Type)}
}
