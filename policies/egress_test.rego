package palana.egress_test

import data.palana.egress

revision := "sha256:test"

sets(policies, index) := {revision: {"revision": revision, "policies": policies, "index": index}}

no_sets := sets({}, {"everyone": [], "owners": {}, "labels": {}})

# One policy `p` with the given kinds, for everyone.
one_set(kinds, grants) := sets(
	{"m": {"name": "p", "labels": {}, "grants": grants, "kinds": kinds}},
	{"everyone": ["m"], "owners": {}, "labels": {}},
)

request := {
	"id": "x", "time": "2026-01-01T00:00:00.000Z", "scheme": "https", "method": "GET",
	"host": "api.example.com", "port": 443, "path": "/", "query_keys": [], "headers": {}, "protocol": "HTTP/1.1",
}

base := {
	"agent": {"name": "demo", "owner": "alice@example.com", "labels": {"team": "red"}},
	"request": request,
	"credentials": {"placeholders": [], "foreign": []},
	"rules": {"default": "deny", "allow": [], "deny": []},
	"policy_revision": revision,
}

# An input like `base` with some of its parts replaced.
given(parts) := object.union(base, parts)

named(name, rule) := {"name": name, "rule": rule}

allow(rule) := {"rules": {"default": "deny", "allow": [named("allow[0]", rule)], "deny": []}}

any_rule := {"host": "api.example.com"}

decide(parts) := answer if {
	answer := egress.decision with input as given(parts) with data.palana.sets as no_sets
}

# The decision on `request` changed by `changes`, under one allow rule.
under(rule, changes) := decide(object.union(allow(rule), {"request": changes}))

placeholder(hosts) := {"secret": "KEY", "position": "header", "bound_hosts": hosts}

test_default_denies if {
	decision := decide({})
	not decision.allow
	decision.rule == "default"
	decision.code == "denied_by_policy"
	decision.policy_revision == revision
	contains(decision.reason, "api.example.com")
}

test_rule_allows if {
	decision := decide(allow(any_rule))
	decision.allow
	decision.action == "allow"
	decision.rule == "allow[0]"
	not decision.redact
	not decision.code
}

test_deny_rule_beats_allow if {
	decision := decide({"rules": {
		"default": "deny",
		"allow": [named("allow[0]", any_rule)],
		"deny": [named("deny[0]", any_rule)],
	}})
	not decision.allow
	decision.rule == "deny[0]"
}

# Ports

test_ports[note] if {
	some note, [rule, scheme, port, expected] in {
		"https has 443": [{}, "https", 443, true],
		"http has 80": [{}, "http", 80, true],
		"https has no 80": [{}, "https", 80, false],
		"http has no 443": [{}, "http", 443, false],
		"other ports are closed": [{}, "https", 8443, false],
		"a port can be named": [{"ports": [8443]}, "https", 8443, true],
		"a named port closes the others": [{"ports": [8443]}, "https", 443, false],
		"443 is never clear text": [{"ports": [443]}, "http", 443, false],
		"80 is never TLS": [{"ports": [80]}, "https", 80, false],
		"no port is no port": [{"ports": []}, "https", 443, false],
	}
	decision := under(object.union(any_rule, rule), {"scheme": scheme, "port": port})
	decision.allow == expected
	code := object.get(decision, "code", "none")
	code == {true: "none", false: "port_not_allowed"}[expected]
}

# Methods

test_methods[note] if {
	some note, [methods, method, headers, expected] in {
		"listed": [["GET"], "GET", {}, true],
		"not listed": [["GET"], "POST", {}, false],
		"case counts": [["GET"], "get", {}, false],
		"an override counts": [["POST"], "POST", {"x-http-method-override": "DELETE"}, false],
		"an override may be allowed": [["POST", "DELETE"], "POST", {"x-method-override": "DELETE"}, true],
		"each override counts": [["POST", "PUT"], "POST", {"x-http-method": "PUT, DELETE"}, false],
	}
	rule := object.union(any_rule, {"methods": methods})
	under(rule, {"method": method, "headers": headers}).allow == expected
}

test_denied_method_in_any_case if {
	every method in ["DELETE", "delete"] {
		decision := decide({
			"request": {"method": method},
			"rules": {
				"default": "deny", "allow": [named("allow[0]", any_rule)],
				"deny": [named("deny[0]", {"host": "api.example.com", "methods": ["DELETE"]})],
			},
		})
		not decision.allow
		decision.rule == "deny[0]"
	}
}

# Paths

test_paths[note] if {
	some note, [glob, path, expected] in {
		"exact": ["/a", "/a", true],
		"nothing below": ["/a", "/a/b", false],
		"nothing that only begins so": ["/a", "/ab", false],
		"a star is a segment": ["/a/*", "/a/b", true],
		"a star is one segment": ["/a/*", "/a/b/c", false],
		"a star inside a segment": ["/v*/x", "/v12/x", true],
		"two stars are all below": ["/a/**", "/a/b/c", true],
		"two stars are none, too": ["/a/**", "/a", true],
		"two stars and a slash": ["/a/**", "/a/", true],
		"two stars don't cut segments": ["/a/**", "/ab", false],
		"two stars inside": ["/a/**/z", "/a/b/c/z", true],
		"two stars inside, none": ["/a/**/z", "/a/z", true],
		"two stars inside, other end": ["/a/**/z", "/a/b/c/y", false],
		"two stars in a segment stay there": ["/a**", "/a/b", false],
		"an encoded slash is data": ["/@scope%2Fname", "/@scope%2Fname", true],
		"an encoded slash is in a segment": ["/*", "/@scope%2Fname", true],
		"an encoded slash is no separator": ["/a/b", "/a%2Fb", false],
		"a dot is a dot": ["/a.b", "/axb", false],
		"brackets are brackets": ["/[ab]", "/a", false],
		"brackets match themselves": ["/[ab]", "/[ab]", true],
		"braces are braces": ["/{a,b}", "/a", false],
		"a bar is a bar": ["/a|/b", "/b", false],
		"a dollar is a dollar": ["/a$", "/a$", true],
		"a backslash is itself": [`/a\d`, "/a1", false],
		"a plus is a plus": ["/a+", "/aa", false],
		"a newline is data": ["/a/*", "/a/x\ny", true],
		"no newline ends it": ["/a", "/a\n", false],
		"case counts": ["/A", "/a", false],
		"everything": ["/**", "/x//y", true],
		"empty segments need everything": ["/x/**", "/x//y", false],
	}
	rule := object.union(any_rule, {"paths": [glob]})
	under(rule, {"path": path}).allow == expected
}

test_denied_path_with_empty_segments if {
	every path in ["/admin/x", "//admin/x", "/admin//x"] {
		decision := decide({
			"request": {"path": path},
			"rules": {
				"default": "deny", "allow": [named("allow[0]", any_rule)],
				"deny": [named("deny[0]", {"host": "api.example.com", "paths": ["/admin/**"]})],
			},
		})
		not decision.allow
		decision.rule == "deny[0]"
	}
}

test_second_rule_may_allow if {
	decision := decide({
		"request": {"method": "POST"},
		"rules": {"default": "deny", "deny": [], "allow": [
			named("allow[0]", {"host": "api.example.com", "methods": ["GET"]}),
			named("allow[1]", {"host": "api.example.com", "methods": ["POST"]}),
		]},
	})
	decision.allow
	decision.rule == "allow[1]"
}

# Credentials

test_bound_placeholder_is_injected if {
	every hosts in [["api.example.com"], ["*.example.com"]] {
		decision := decide(object.union(allow(any_rule), {"credentials": {"foreign": [], "placeholders": [placeholder(hosts), placeholder(hosts)]}}))
		decision.allow
		decision.inject == ["KEY"]
		decision.redact
	}
}

test_stray_placeholder_is_refused[note] if {
	some note, hosts in {
		"another host": ["other.example.com"],
		"the suffix itself": ["*.api.example.com"],
		"another suffix": ["*.ample.com"],
		"nowhere": [],
	}
	decision := decide(object.union(allow(any_rule), {"credentials": {"foreign": [], "placeholders": [placeholder(hosts)]}}))
	not decision.allow
	decision.code == "placeholder_not_allowed_here"
	decision.inject == []
}

test_no_secret_in_clear_text if {
	parts := {
		"request": {"scheme": "http", "port": 80},
		"credentials": {"foreign": [], "placeholders": [placeholder(["api.example.com"])]},
	}
	decision := decide(object.union(allow(any_rule), parts))
	not decision.allow
	decision.code == "placeholder_not_allowed_here"
	decide(object.union(allow(object.union(any_rule, {"ports": [80]})), parts)).allow
}

test_foreign_credential_needs_a_rule if {
	parts := {"credentials": {"foreign": ["authorization"], "placeholders": []}}
	decision := decide(object.union(allow(any_rule), parts))
	not decision.allow
	decision.code == "foreign_credential"
	decision.rule == "allow[0]"
	decide(object.union(allow(object.union(any_rule, {"credentials": "any"})), parts)).allow
}

test_cookies if {
	cookies := {"request": {"headers": {"cookie": "a=b"}}}
	decide(object.union(allow(any_rule), cookies)).allow
	decision := decide(object.union(allow(object.union(any_rule, {"cookies": "deny"})), cookies))
	not decision.allow
	decide(allow(object.union(any_rule, {"cookies": "deny"}))).allow
}

# Defaults

default_is(value) := {"rules": {"default": value, "allow": [], "deny": []}}

test_ask_by_default if {
	decision := decide(default_is("ask"))
	not decision.allow
	decision.action == "ask"
	decision.code == "awaiting_approval"
}

test_observe_lets_through if {
	decision := decide(default_is("observe"))
	decision.allow
	decision.rule == "default"
}

test_observe_never_with_credentials if {
	every credentials in [
		{"foreign": ["authorization"], "placeholders": []},
		{"foreign": [], "placeholders": [placeholder(["api.example.com"])]},
	] {
		not decide(object.union(default_is("observe"), {"credentials": credentials})).allow
	}
}

test_observe_only_usual_ports if {
	decision := decide(object.union(default_is("observe"), {"request": {"port": 25}}))
	not decision.allow
}

test_an_unknown_default_denies if {
	not decide(default_is("allow")).allow
}

# Tunnels

test_tunnel_asks_for_host_and_port if {
	rule := object.union(any_rule, {"methods": ["GET"], "paths": ["/a"]})
	under(rule, {"method": "CONNECT", "path": ""}).allow
	not under(rule, {"method": "CONNECT", "path": "", "port": 22}).allow
}

test_tunnel_to_a_denied_host if {
	rules := {"default": "deny", "allow": [named("allow[0]", any_rule)], "deny": [named("deny[0]", any_rule)]}
	not decide({"request": {"method": "CONNECT"}, "rules": rules}).allow
}

# The set of modules

test_other_revision_is_refused if {
	decision := decide(object.union(allow(any_rule), {"policy_revision": "sha256:other"}))
	not decision.allow
	decision.code == "policy_unavailable"
}

test_nothing_loaded_is_refused if {
	decision := egress.decision with input as given(allow(any_rule))
	decision.code == "policy_unavailable"
}

test_module_denies if {
	decision := egress.decision with input as given(allow(any_rule))
		with data.palana.sets as one_set(["deny"], false)
		with data.palana.modules as {"m": {"deny": {{"rule": "r", "reason": "because."}}}}
	not decision.allow
	decision.rule == "EgressPolicy/p r"
	decision.reason == "because."
}

test_odd_elements_deny if {
	every element in ["text", 1, {}, {"rule": 3}, ["x"], null] {
		decision := egress.decision with input as given(allow(any_rule))
			with data.palana.sets as one_set(["deny"], false)
			with data.palana.modules as {"m": {"deny": {element}}}
		not decision.allow
		decision.rule == "EgressPolicy/p"
	}
}

test_module_asks if {
	decision := egress.decision with input as given(allow(any_rule))
		with data.palana.sets as one_set(["ask"], false)
		with data.palana.modules as {"m": {"ask": {{"rule": "r", "reason": "look."}}}}
	decision.action == "ask"
	not decision.allow
}

test_ask_never_widens if {
	decision := egress.decision with input as base
		with data.palana.sets as one_set(["ask"], false)
		with data.palana.modules as {"m": {"ask": {{"rule": "r", "reason": "look."}}}}
	decision.action == "deny"
}

test_module_allows_only_with_grants if {
	every grants in [true, false] {
		decision := egress.decision with input as base
			with data.palana.sets as one_set(["allow"], grants)
			with data.palana.modules as {"m": {"allow": {{"rule": "r", "reason": "granted."}}}}
		decision.allow == grants
	}
}

test_deny_beats_a_grant if {
	decision := egress.decision with input as base
		with data.palana.sets as one_set(["allow", "deny"], true)
		with data.palana.modules as {"m": {"allow": {{"rule": "a"}}, "deny": {{"rule": "d"}}}}
	not decision.allow
}

test_a_grant_lets_no_foreign_credential_through if {
	decision := egress.decision with input as given({"credentials": {"foreign": ["authorization"], "placeholders": []}})
		with data.palana.sets as one_set(["allow"], true)
		with data.palana.modules as {"m": {"allow": {{"rule": "a"}}}}
	decision.code == "foreign_credential"
}

test_missing_module_is_refused if {
	every modules in [{}, {"m": {"deny": true}}, {"m": {"ask": set()}}, {"other": {"deny": set()}}] {
		decision := egress.decision with input as given(allow(any_rule))
			with data.palana.sets as one_set(["deny"], false)
			with data.palana.modules as modules
		decision.code == "policy_unavailable"
	}
}

test_undescribed_module_is_refused if {
	decision := egress.decision with input as given(allow(any_rule))
		with data.palana.sets as sets({}, {"everyone": ["m"], "owners": {}, "labels": {}})
		with data.palana.modules as {"m": {"deny": {"x"}}}
	decision.code == "policy_unavailable"
}

test_loaded if {
	modules := {"m": {"palana_present": "p"}}
	egress.loaded with input as {"policy_revision": revision}
		with data.palana.sets as one_set(["deny"], false)
		with data.palana.modules as modules
	not egress.loaded with input as {"policy_revision": revision}
		with data.palana.sets as one_set(["deny"], false)
		with data.palana.modules as {}
	not egress.loaded with input as {"policy_revision": "sha256:other"}
		with data.palana.sets as one_set(["deny"], false)
		with data.palana.modules as modules
}

# Selection

test_selection[note] if {
	some note, [policy, index, expected] in {
		"owner": [
			{"owners": ["alice@example.com"], "labels": {}},
			{"everyone": [], "owners": {hex.encode("alice@example.com"): ["m"]}, "labels": {}}, true,
		],
		"other owner": [
			{"owners": ["bob@example.com"], "labels": {}},
			{"everyone": [], "owners": {hex.encode("bob@example.com"): ["m"]}, "labels": {}}, false,
		],
		"label": [
			{"labels": {"team": "red"}},
			{"everyone": [], "owners": {}, "labels": {"team": {"red": ["m"]}}}, true,
		],
		"all labels": [
			{"labels": {"team": "red", "zone": "a"}},
			{"everyone": [], "owners": {}, "labels": {"team": {"red": ["m"]}}}, false,
		],
		"owner and label": [
			{"owners": ["alice@example.com"], "labels": {"team": "blue"}},
			{"everyone": [], "owners": {hex.encode("alice@example.com"): ["m"]}, "labels": {}}, false,
		],
	}
	entry := object.union({"name": "p", "grants": false, "kinds": ["deny"]}, policy)
	decision := egress.decision with input as given(allow(any_rule))
		with data.palana.sets as sets({"m": entry}, index)
		with data.palana.modules as {"m": {"deny": {"no"}}}
	decision.allow == expected == false
}
