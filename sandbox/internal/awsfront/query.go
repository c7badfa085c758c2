package awsfront

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query serves the services whose calls are forms and whose answers are XML.
func (f *Front) query(r *request) {
	form, err := url.ParseQuery(string(r.body))
	if err != nil {
		r.fail(refuse(http.StatusBadRequest, "MalformedQueryString", "The form cannot be read: %s", err))
		return
	}
	for name, values := range r.http.URL.Query() {
		form[name] = values
	}
	operation := form.Get("Action")
	form.Del("Action")
	form.Del("Version")
	params := tree(form)
	if r.service == "ec2" {
		params = ec2Params(params)
	}
	answer, err := f.operate(r.http.Context(), r.call(operation, params))
	if err != nil {
		r.fail(err)
		return
	}
	result := each(answer, same, func(v any) any { return v })
	if r.service == "ec2" {
		r.xml(http.StatusOK, operation+"Response", ec2Answer(result, r.id))
		return
	}
	r.xml(http.StatusOK, operation+"Response", map[string]any{
		operation + "Result": result, "ResponseMetadata": map[string]any{"RequestId": r.id},
	})
}

// tree reads "A.member.1.B=c" as {A: [{B: c}]}. What is given and empty is not given:
// so SDKs send lists without elements.
func tree(form url.Values) map[string]any {
	root := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if form.Get(name) == "" {
			continue
		}
		at, parts := root, strings.Split(name, ".")
		for _, part := range parts[:len(parts)-1] {
			below, ok := at[part].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[part] = below
			}
			at = below
		}
		at[parts[len(parts)-1]] = form.Get(name)
	}
	for name, v := range root {
		root[name] = folded(v)
	}
	return root
}

// folded makes lists of what is numbered, and takes off the name that some services
// put around a list.
func folded(v any) any {
	fields, ok := v.(map[string]any)
	if !ok {
		return v
	}
	var numbers []int
	for name := range fields {
		fields[name] = folded(fields[name])
		if n, err := strconv.Atoi(name); err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == len(fields) {
		slices.Sort(numbers)
		list := []any{}
		for _, n := range numbers {
			list = append(list, fields[strconv.Itoa(n)])
		}
		return list
	}
	if len(fields) == 1 {
		for _, inner := range fields {
			if list, ok := inner.([]any); ok {
				return list
			}
		}
	}
	return fields
}

// ec2Params are a form's names as the API's documentation has them: EC2's forms say
// them in the singular.
func ec2Params(params map[string]any) map[string]any {
	for singular, plural := range map[string]string{"Filter": "Filters", "SecurityGroupRule": "SecurityGroupRules", "SecurityGroupRuleId": "SecurityGroupRuleIds"} {
		if v, ok := params[singular]; ok {
			params[plural] = v
			delete(params, singular)
		}
	}
	filters, _ := params["Filters"].([]any)
	for _, v := range filters {
		if filter, ok := v.(map[string]any); ok {
			filter["Values"] = filter["Value"]
			delete(filter, "Value")
		}
	}
	return params
}

// ec2Answer is an answer in EC2's own XML: no element for the result, small letters,
// and lists that are called sets.
func ec2Answer(answer any, id string) map[string]any {
	out, _ := each(answer, lower, func(v any) any { return v }).(map[string]any)
	if rules, ok := out["securityGroupRules"]; ok {
		out["securityGroupRuleSet"] = rules
		delete(out, "securityGroupRules")
	}
	out["requestId"] = id
	return out
}
