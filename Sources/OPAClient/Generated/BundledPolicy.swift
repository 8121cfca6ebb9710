// swift-format-ignore-file
// Made by policies/embed.sh from the files in policies/. Edit those.

enum BundledPolicy {
    static let base = ##"""
# METADATA
# title: Palana's base policy
# description: |
#   Decides one request. Everything about the agent is in the input: only the rules whose host matches arrive, so a
#   decision costs the same however many rules an agent has. EgressPolicy modules are loaded beside this one, each
#   in `palana.modules.<id>`; `data.palana.sets[<revision>]` lists those that make up a revision and whom they
#   select. A revision that isn't loaded whole decides nothing.
package palana.egress

# What the gateway asks for. Undefined when anything here is undefined, which the gateway takes as a refusal.
decision := object.union(verdict, {"policy_revision": input.policy_revision})

# The order is the policy: faults, then denials, then placeholders, then what allows, then what asks.
verdict := denied("default", "policy_unavailable", fault) if {
	fault := sort(faults)[0]
} else := denied(rule.name, "denied_by_policy", reason) if {
	rule := matching_denials[0]
	reason := sprintf("%s denies %s %s.", [rule.name, input.request.method, input.request.host])
} else := denied(said.rule, "denied_by_policy", said.reason) if {
	said := module_denials[0]
} else := denied("default", "placeholder_not_allowed_here", reason) if {
	stray := stray_placeholders[0]
	reason := sprintf("The placeholder of secret %s may not go to %s: it is bound to %s.", [stray.secret, input.request.host, concat(", ", stray.bound_hosts)])
} else := asked(said.rule, said.reason) if {
	count(accepted) > 0
	said := module_asks[0]
} else := allowed(rule.name, reason) if {
	unopposed
	rule := accepted[0]
	reason := sprintf("%s allows %s %s.", [rule.name, input.request.method, input.request.host])
} else := denied(rule.name, obstacle.code, obstacle.reason) if {
	rule := applicable[0]
	obstacle := obstacles(rule)[0]
} else := unmatched

# Says again what an allowance rests on, so that it never follows from a denial that could not be worded.
unopposed if {
	count(faults) == 0
	count(matching_denials) == 0
	count(module_denials) == 0
	count(stray_placeholders) == 0
	count(module_asks) == 0
}

# No rule allows the request: the default holds. With rules for the host a denial says what they lack.
unmatched := denied("default", "foreign_credential", reason) if {
	input.rules["default"] in {"ask", "observe"}
	count(input.credentials.foreign) > 0
	reason := sprintf("No rule allows %s, and a credential of the agent's own (in %s) never passes without one.", [input.request.host, concat(", ", input.credentials.foreign)])
} else := asked("default", reason) if {
	input.rules["default"] == "ask"
	reason := sprintf("No rule allows %s; a person has to approve it.", [input.request.host])
} else := observed if {
	input.rules["default"] == "observe"
} else := denied("default", "denied_by_policy", reason) if {
	count(input.rules.allow) == 0
	reason := sprintf("No rule allows %s.", [input.request.host])
} else := denied(input.rules.allow[0].name, "port_not_allowed", reason) if {
	count(on_port) == 0
	reason := sprintf("No rule for %s allows port %d over %s.", [input.request.host, input.request.port, input.request.scheme])
} else := denied(on_port[0].name, "denied_by_policy", reason) if {
	count(on_method) == 0
	reason := sprintf("%s does not allow the method %s on %s.", [on_port[0].name, concat(" overridden to ", method_names), input.request.host])
} else := denied(on_method[0].name, "denied_by_policy", reason) if {
	reason := sprintf("%s does not allow this path on %s.", [on_method[0].name, input.request.host])
}

observed := denied("default", "denied_by_policy", reason) if {
	count(input.credentials.placeholders) > 0
	reason := sprintf("No rule allows %s, and a request with a secret is never only observed.", [input.request.host])
} else := denied("default", "port_not_allowed", reason) if {
	not standard_port
	reason := sprintf("No rule allows %s, and only the ports 443 and 80 are observed.", [input.request.host])
} else := asked(said.rule, said.reason) if {
	said := module_asks[0]
} else := allowed("default", reason) if {
	unopposed
	reason := sprintf("No rule allows %s; it is let through and recorded (observe).", [input.request.host])
}

# The shapes of an answer.

denied(rule, code, reason) := {
	"allow": false, "action": "deny", "rule": rule, "reason": reason,
	"inject": [], "redact": false, "code": code,
}

asked(rule, reason) := {
	"allow": false, "action": "ask", "rule": rule, "reason": reason,
	"inject": [], "redact": false, "code": "awaiting_approval",
}

allowed(rule, reason) := {
	"allow": true, "action": "allow", "rule": rule, "reason": reason,
	"inject": injected, "redact": count(injected) > 0,
}

injected := sort({placeholder.secret | some placeholder in input.credentials.placeholders})

# Faults: whatever makes this set of modules unfit to decide.

faults contains "OPA does not hold the revision of the policies that was asked for." if {
	not current
}

faults contains reason if {
	some id in selected
	policy := data.palana.sets[input.policy_revision].policies[id]
	some kind in policy.kinds
	not says(id, kind)
	reason := sprintf("EgressPolicy/%s is not loaded whole: its %s is missing.", [policy.name, kind])
}

faults contains reason if {
	some id in selected
	not described(id)
	reason := sprintf("The policies' revision lists a module %s that it does not describe.", [id])
}

# Always negated by name: in `not f(data.x[y])` OPA evaluates the reference outside of `not`, and what is missing would
# then be no fault.

current if data.palana.sets[input.policy_revision].revision == input.policy_revision

says(id, kind) if is_set(data.palana.modules[id][kind])

described(id) if is_string(data.palana.sets[input.policy_revision].policies[id].name)

# What the publisher asks: whether the revision is here with all its modules.
loaded if {
	current
	every id, policy in data.palana.sets[input.policy_revision].policies {
		data.palana.modules[id].palana_present == policy.name
	}
}

# Modules: who is selected, and what they say.

# A CONNECT asks for a host and a port only; modules, methods and paths are asked about each request inside.
tunnel if input.request.method == "CONNECT"

selected contains id if {
	some id in data.palana.sets[input.policy_revision].index.everyone
}

selected contains id if {
	some id in data.palana.sets[input.policy_revision].index.owners[hex.encode(input.agent.owner)]
	selects(data.palana.sets[input.policy_revision].policies[id])
}

selected contains id if {
	some key, value in input.agent.labels
	some id in data.palana.sets[input.policy_revision].index.labels[key][value]
	selects(data.palana.sets[input.policy_revision].policies[id])
}

# Owners narrow labels and labels narrow owners; a policy without owners selects any.
selects(policy) if {
	selects_owner(policy)
	every key, value in policy.labels {
		input.agent.labels[key] == value
	}
}

selects_owner(policy) if not policy.owners

selects_owner(policy) if input.agent.owner in policy.owners

module_denials := [said |
	some id in selected
	not tunnel
	some element in data.palana.modules[id].deny
	said := statement(id, element)
]

module_asks := [said |
	some id in selected
	not tunnel
	some element in data.palana.modules[id].ask
	said := statement(id, element)
]

# Only a policy that an administrator marked may widen; what it grants counts as a rule.
module_grants := [grant |
	some id in selected
	data.palana.sets[input.policy_revision].policies[id].grants == true
	not tunnel
	some element in data.palana.modules[id].allow
	is_object(element)
	rule := {key: value | some key in ["credentials", "cookies"]; value := element[key]}
	grant := {"name": statement(id, element).rule, "rule": object.union(rule, {"ports": [input.request.port]})}
]

# Whatever an element looks like, it counts: a denial with an odd shape is still a denial.
statement(id, element) := {"rule": rule, "reason": reason} if {
	policy := data.palana.sets[input.policy_revision].policies[id]
	rule := trim_space(sprintf("EgressPolicy/%s %s", [policy.name, text_of(element, "rule", "")]))
	reason := text_of(element, "reason", sprintf("EgressPolicy/%s decided so.", [policy.name]))
}

text_of(element, key, otherwise) := element[key] if {
	is_object(element)
	is_string(element[key])
} else := element if {
	key == "reason"
	is_string(element)
} else := otherwise

# Denials. Left open, a denial covers everything: every port, every method, every path.

matching_denials := [entry |
	some entry in input.rules.deny
	denies_port(entry.rule)
	denies_method(entry.rule)
	denies_path(entry.rule)
]

denies_port(rule) if count(object.get(rule, "ports", [])) == 0

denies_port(rule) if input.request.port in rule.ports

denies_method(rule) if count(object.get(rule, "methods", [])) == 0

denies_method(rule) if {
	not tunnel
	some method in rule.methods
	upper(method) in {upper(each) | some each in methods}
}

denies_path(rule) if count(object.get(rule, "paths", [])) == 0

denies_path(rule) if {
	not tunnel
	some glob in rule.paths
	some path in {input.request.path, single_slashes}
	regex.match(pattern(glob), path)
}

single_slashes := regex.replace(input.request.path, `/{2,}`, "/")

# Allowances, narrowed step by step so that a refusal can say what was missing.

on_port := [entry |
	some entry in input.rules.allow
	allows_port(entry.rule)
]

on_method := [entry |
	some entry in on_port
	allows_methods(entry.rule)
]

on_path := [entry |
	some entry in on_method
	allows_path(entry.rule)
]

applicable := array.concat(on_path, module_grants)

accepted := [entry |
	some entry in applicable
	count(obstacles(entry)) == 0
]

allows_port(rule) if {
	not rule.ports
	standard_port
}

allows_port(rule) if {
	input.request.port in rule.ports
	not crossed
}

standard_port if {
	tunnel
	input.request.port in {80, 443}
}

standard_port if {
	input.request.scheme == "https"
	input.request.port == 443
}

standard_port if {
	input.request.scheme == "http"
	input.request.port == 80
}

# A rule for port 443 means TLS: clear text there would show a secret to the network. Port 80 never means TLS.
crossed if {
	not tunnel
	input.request.port == {"http": 443, "https": 80}[input.request.scheme]
}

allows_methods(rule) if not rule.methods

allows_methods(_) if tunnel

allows_methods(rule) if {
	every method in methods {
		method in rule.methods
	}
}

# Servers that honour an override act on it, so it has to be allowed (or may be denied) like the method itself.
methods := {input.request.method} | {trim_space(named) |
	some header in ["x-http-method-override", "x-http-method", "x-method-override"]
	some named in split(input.request.headers[header], ",")
}

# The method that was sent first, then what it is overridden to.
method_names := array.concat([input.request.method], sort(methods - {input.request.method}))

allows_path(rule) if not rule.paths

allows_path(_) if tunnel

allows_path(rule) if {
	"/**" in rule.paths
}

# Servers differ about empty segments, so only a rule for every path covers them.
allows_path(rule) if {
	not contains(input.request.path, "//")
	some glob in rule.paths
	regex.match(pattern(glob), input.request.path)
}

# A glob as an anchored expression: `*` stays within a segment, `**` as a whole segment spans any number of them (none,
# too). The path arrives with `%2F` kept as data, so an encoded slash is never a separator.
pattern(glob) := sprintf("(?s)^%s$", [concat("", pieces)]) if {
	pieces := [piece(segment) | some place, segment in split(glob, "/"); place > 0]
}

piece("**") := "(?:/[^/]*)*"

piece(segment) := sprintf("/%s", [regex.replace(quoted, `\*+`, "[^/]*")]) if {
	segment != "**"
	quoted := regex.replace(segment, `[\\.+?()|\[\]{}^$]`, `\$0`)
}

# What stands against a rule that matches: an array, empty when nothing does.

obstacles(entry) := array.concat(foreign_obstacles(entry), array.concat(cookie_obstacles(entry), clear_obstacles(entry)))

foreign_obstacles(entry) := [{"code": "foreign_credential", "reason": reason} |
	count(input.credentials.foreign) > 0
	object.get(entry.rule, "credentials", "placeholder") != "any"
	reason := sprintf("%s lets no credential but the agent's placeholders through to %s; this request carries one in %s.", [entry.name, input.request.host, concat(", ", input.credentials.foreign)])
]

cookie_obstacles(entry) := [{"code": "foreign_credential", "reason": reason} |
	object.get(entry.rule, "cookies", "allow") != "allow"
	input.request.headers.cookie
	reason := sprintf("%s lets no cookies through to %s.", [entry.name, input.request.host])
]

# A secret goes out in clear text only where the rule names the port.
clear_obstacles(entry) := [{"code": "placeholder_not_allowed_here", "reason": reason} |
	count(input.credentials.placeholders) > 0
	input.request.scheme != "https"
	not names_port(entry.rule)
	reason := sprintf("A secret goes to %s over http only if %s names port %d.", [input.request.host, entry.name, input.request.port])
]

names_port(rule) if input.request.port in rule.ports

# Placeholders of this agent that this host may not have.
stray_placeholders := [placeholder |
	some placeholder in input.credentials.placeholders
	not bound(placeholder)
]

bound(placeholder) if input.request.host in placeholder.bound_hosts

bound(placeholder) if {
	some pattern in placeholder.bound_hosts
	startswith(pattern, "*.")
	endswith(input.request.host, substring(pattern, 1, -1))
}
"""##

    static let capabilities = ##"""
{
"builtins": [
{"name":"abs","decl":{"args":[{"name":"x","type":"number"}],"result":{"name":"y","type":"number"},"type":"function"}},
{"name":"and","decl":{"args":[{"name":"x","of":{"type":"any"},"type":"set"},{"name":"y","of":{"type":"any"},"type":"set"}],"result":{"name":"z","of":{"type":"any"},"type":"set"},"type":"function"},"infix":"&"},
{"name":"array.concat","decl":{"args":[{"dynamic":{"type":"any"},"name":"x","type":"array"},{"dynamic":{"type":"any"},"name":"y","type":"array"}],"result":{"dynamic":{"type":"any"},"name":"z","type":"array"},"type":"function"}},
{"name":"array.reverse","decl":{"args":[{"dynamic":{"type":"any"},"name":"arr","type":"array"}],"result":{"dynamic":{"type":"any"},"name":"rev","type":"array"},"type":"function"}},
{"name":"array.slice","decl":{"args":[{"dynamic":{"type":"any"},"name":"arr","type":"array"},{"name":"start","type":"number"},{"name":"stop","type":"number"}],"result":{"dynamic":{"type":"any"},"name":"slice","type":"array"},"type":"function"}},
{"name":"assign","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":":="},
{"name":"base64.decode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"base64.encode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"base64.is_valid","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"base64url.decode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"base64url.encode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"base64url.encode_no_pad","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"bits.and","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"}},
{"name":"bits.lsh","decl":{"args":[{"name":"x","type":"number"},{"name":"s","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"}},
{"name":"bits.negate","decl":{"args":[{"name":"x","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"}},
{"name":"bits.or","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"}},
{"name":"bits.rsh","decl":{"args":[{"name":"x","type":"number"},{"name":"s","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"}},
{"name":"bits.xor","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"}},
{"name":"ceil","decl":{"args":[{"name":"x","type":"number"}],"result":{"name":"y","type":"number"},"type":"function"}},
{"name":"concat","decl":{"args":[{"name":"delimiter","type":"string"},{"name":"collection","of":[{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"contains","decl":{"args":[{"name":"haystack","type":"string"},{"name":"needle","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"count","decl":{"args":[{"name":"collection","of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"n","type":"number"},"type":"function"}},
{"name":"crypto.hmac.equal","decl":{"args":[{"name":"mac1","type":"string"},{"name":"mac2","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"crypto.hmac.md5","decl":{"args":[{"name":"x","type":"string"},{"name":"key","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"crypto.hmac.sha1","decl":{"args":[{"name":"x","type":"string"},{"name":"key","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"crypto.hmac.sha256","decl":{"args":[{"name":"x","type":"string"},{"name":"key","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"crypto.hmac.sha512","decl":{"args":[{"name":"x","type":"string"},{"name":"key","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"crypto.md5","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"crypto.sha1","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"crypto.sha256","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"div","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"},"infix":"/"},
{"name":"endswith","decl":{"args":[{"name":"search","type":"string"},{"name":"base","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"eq","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":"="},
{"name":"equal","decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"},"infix":"=="},
{"name":"floor","decl":{"args":[{"name":"x","type":"number"}],"result":{"name":"y","type":"number"},"type":"function"}},
{"name":"format_int","decl":{"args":[{"name":"number","type":"number"},{"name":"base","type":"number"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"glob.match","decl":{"args":[{"name":"pattern","type":"string"},{"name":"delimiters","of":[{"type":"null"},{"dynamic":{"type":"string"},"type":"array"}],"type":"any"},{"name":"match","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"glob.quote_meta","decl":{"args":[{"name":"pattern","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"graph.reachable","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}},"name":"graph","type":"object"},{"name":"initial","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"output","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"graph.reachable_paths","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}},"name":"graph","type":"object"},{"name":"initial","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"output","of":{"dynamic":{"type":"any"},"type":"array"},"type":"set"},"type":"function"}},
{"name":"graphql.is_valid","decl":{"args":[{"name":"query","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"},{"name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"name":"output","type":"boolean"},"type":"function"}},
{"name":"graphql.parse","decl":{"args":[{"name":"query","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"},{"name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"name":"output","static":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"array"},"type":"function"}},
{"name":"graphql.parse_and_verify","decl":{"args":[{"name":"query","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"},{"name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"name":"output","static":[{"type":"boolean"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"array"},"type":"function"}},
{"name":"graphql.parse_query","decl":{"args":[{"name":"query","type":"string"}],"result":{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"output","type":"object"},"type":"function"}},
{"name":"graphql.parse_schema","decl":{"args":[{"name":"schema","type":"string"}],"result":{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"output","type":"object"},"type":"function"}},
{"name":"graphql.schema_is_valid","decl":{"args":[{"name":"schema","of":[{"type":"string"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"}],"type":"any"}],"result":{"name":"output","type":"boolean"},"type":"function"}},
{"name":"gt","decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"},"infix":">"},
{"name":"gte","decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"},"infix":">="},
{"name":"hex.decode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"hex.encode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"indexof","decl":{"args":[{"name":"haystack","type":"string"},{"name":"needle","type":"string"}],"result":{"name":"output","type":"number"},"type":"function"}},
{"name":"indexof_n","decl":{"args":[{"name":"haystack","type":"string"},{"name":"needle","type":"string"}],"result":{"dynamic":{"type":"number"},"name":"output","type":"array"},"type":"function"}},
{"name":"internal.member_2","decl":{"args":[{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":"in"},
{"name":"internal.member_3","decl":{"args":[{"type":"any"},{"type":"any"},{"type":"any"}],"result":{"type":"boolean"},"type":"function"},"infix":"in"},
{"name":"internal.test_case","decl":{"args":[{"dynamic":{"type":"any"},"type":"array"}],"type":"function"}},
{"name":"intersection","decl":{"args":[{"name":"xs","of":{"of":{"type":"any"},"type":"set"},"type":"set"}],"result":{"name":"y","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"io.jwt.decode","decl":{"args":[{"name":"jwt","type":"string"}],"result":{"name":"output","static":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"type":"string"}],"type":"array"},"type":"function"}},
{"name":"io.jwt.verify_es256","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_es384","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_es512","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_hs256","decl":{"args":[{"name":"jwt","type":"string"},{"name":"secret","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_hs384","decl":{"args":[{"name":"jwt","type":"string"},{"name":"secret","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_hs512","decl":{"args":[{"name":"jwt","type":"string"},{"name":"secret","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_ps256","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_ps384","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_ps512","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_rs256","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_rs384","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"io.jwt.verify_rs512","decl":{"args":[{"name":"jwt","type":"string"},{"name":"certificate","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_array","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_boolean","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_null","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_number","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_object","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_set","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"is_string","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"json.filter","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"name":"paths","of":[{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"filtered","type":"any"},"type":"function"}},
{"name":"json.is_valid","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"json.marshal","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"json.marshal_with_options","decl":{"args":[{"name":"x","type":"any"},{"dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"name":"opts","static":[{"key":"indent","value":{"type":"string"}},{"key":"prefix","value":{"type":"string"}},{"key":"pretty","value":{"type":"boolean"}}],"type":"object"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"json.patch","decl":{"args":[{"name":"object","type":"any"},{"dynamic":{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"static":[{"key":"op","value":{"type":"string"}},{"key":"path","value":{"type":"any"}}],"type":"object"},"name":"patches","type":"array"}],"result":{"name":"output","type":"any"},"type":"function"}},
{"name":"json.remove","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"name":"paths","of":[{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"output","type":"any"},"type":"function"}},
{"name":"json.unmarshal","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"any"},"type":"function"}},
{"name":"lower","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"lt","decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"},"infix":"<"},
{"name":"lte","decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"},"infix":"<="},
{"name":"max","decl":{"args":[{"name":"collection","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"n","type":"any"},"type":"function"}},
{"name":"min","decl":{"args":[{"name":"collection","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"n","type":"any"},"type":"function"}},
{"name":"minus","decl":{"args":[{"name":"x","of":[{"type":"number"},{"of":{"type":"any"},"type":"set"}],"type":"any"},{"name":"y","of":[{"type":"number"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"z","of":[{"type":"number"},{"of":{"type":"any"},"type":"set"}],"type":"any"},"type":"function"},"infix":"-"},
{"name":"mul","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"},"infix":"*"},
{"name":"neq","decl":{"args":[{"name":"x","type":"any"},{"name":"y","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"},"infix":"!="},
{"name":"net.cidr_contains","decl":{"args":[{"name":"cidr","type":"string"},{"name":"cidr_or_ip","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"net.cidr_contains_matches","decl":{"args":[{"name":"cidrs","of":[{"type":"string"},{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"string"},"value":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"}},"type":"object"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"},{"name":"cidrs_or_ips","of":[{"type":"string"},{"dynamic":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"string"},"value":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"}},"type":"object"},{"of":{"of":[{"type":"string"},{"dynamic":{"type":"any"},"type":"array"}],"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"output","of":{"static":[{"type":"any"},{"type":"any"}],"type":"array"},"type":"set"},"type":"function"}},
{"name":"net.cidr_intersects","decl":{"args":[{"name":"cidr1","type":"string"},{"name":"cidr2","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"net.cidr_is_valid","decl":{"args":[{"name":"cidr","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"net.cidr_merge","decl":{"args":[{"name":"addrs","of":[{"dynamic":{"of":[{"type":"string"}],"type":"any"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"name":"output","of":{"type":"string"},"type":"set"},"type":"function"}},
{"name":"net.cidr_overlap","decl":{"args":[{"type":"string"},{"type":"string"}],"result":{"type":"boolean"},"type":"function"}},
{"name":"numbers.range","decl":{"args":[{"name":"a","type":"number"},{"name":"b","type":"number"}],"result":{"dynamic":{"type":"number"},"name":"range","type":"array"},"type":"function"}},
{"name":"numbers.range_step","decl":{"args":[{"name":"a","type":"number"},{"name":"b","type":"number"},{"name":"step","type":"number"}],"result":{"dynamic":{"type":"number"},"name":"range","type":"array"},"type":"function"}},
{"name":"object.filter","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"name":"keys","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"filtered","type":"any"},"type":"function"}},
{"name":"object.get","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"name":"key","type":"any"},{"name":"default","type":"any"}],"result":{"name":"value","type":"any"},"type":"function"}},
{"name":"object.keys","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"}],"result":{"name":"value","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"object.remove","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"object","type":"object"},{"name":"keys","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"output","type":"any"},"type":"function"}},
{"name":"object.subset","decl":{"args":[{"name":"super","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"},{"name":"sub","of":[{"dynamic":{"type":"any"},"type":"array"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"name":"result","type":"any"},"type":"function"}},
{"name":"object.union","decl":{"args":[{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"a","type":"object"},{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"name":"b","type":"object"}],"result":{"name":"output","type":"any"},"type":"function"}},
{"name":"object.union_n","decl":{"args":[{"dynamic":{"dynamic":{"key":{"type":"any"},"value":{"type":"any"}},"type":"object"},"name":"objects","type":"array"}],"result":{"name":"output","type":"any"},"type":"function"}},
{"name":"or","decl":{"args":[{"name":"x","of":{"type":"any"},"type":"set"},{"name":"y","of":{"type":"any"},"type":"set"}],"result":{"name":"z","of":{"type":"any"},"type":"set"},"type":"function"},"infix":"|"},
{"name":"plus","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"},"infix":"+"},
{"name":"product","decl":{"args":[{"name":"collection","of":[{"dynamic":{"type":"number"},"type":"array"},{"of":{"type":"number"},"type":"set"}],"type":"any"}],"result":{"name":"n","type":"number"},"type":"function"}},
{"name":"regex.find_all_string_submatch_n","decl":{"args":[{"name":"pattern","type":"string"},{"name":"value","type":"string"},{"name":"number","type":"number"}],"result":{"dynamic":{"dynamic":{"type":"string"},"type":"array"},"name":"output","type":"array"},"type":"function"}},
{"name":"regex.find_n","decl":{"args":[{"name":"pattern","type":"string"},{"name":"value","type":"string"},{"name":"number","type":"number"}],"result":{"dynamic":{"type":"string"},"name":"output","type":"array"},"type":"function"}},
{"name":"regex.globs_match","decl":{"args":[{"name":"glob1","type":"string"},{"name":"glob2","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"regex.is_valid","decl":{"args":[{"name":"pattern","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"regex.match","decl":{"args":[{"name":"pattern","type":"string"},{"name":"value","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"regex.replace","decl":{"args":[{"name":"s","type":"string"},{"name":"pattern","type":"string"},{"name":"value","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"regex.split","decl":{"args":[{"name":"pattern","type":"string"},{"name":"value","type":"string"}],"result":{"dynamic":{"type":"string"},"name":"output","type":"array"},"type":"function"}},
{"name":"regex.template_match","decl":{"args":[{"name":"template","type":"string"},{"name":"value","type":"string"},{"name":"delimiter_start","type":"string"},{"name":"delimiter_end","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"rego.metadata.chain","decl":{"result":{"dynamic":{"type":"any"},"name":"chain","type":"array"},"type":"function"}},
{"name":"rego.metadata.rule","decl":{"result":{"name":"output","type":"any"},"type":"function"}},
{"name":"rem","decl":{"args":[{"name":"x","type":"number"},{"name":"y","type":"number"}],"result":{"name":"z","type":"number"},"type":"function"},"infix":"%"},
{"name":"replace","decl":{"args":[{"name":"x","type":"string"},{"name":"old","type":"string"},{"name":"new","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"round","decl":{"args":[{"name":"x","type":"number"}],"result":{"name":"y","type":"number"},"type":"function"}},
{"name":"semver.compare","decl":{"args":[{"name":"a","type":"string"},{"name":"b","type":"string"}],"result":{"name":"result","type":"number"},"type":"function"}},
{"name":"semver.is_valid","decl":{"args":[{"name":"vsn","type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"sort","decl":{"args":[{"name":"collection","of":[{"dynamic":{"type":"any"},"type":"array"},{"of":{"type":"any"},"type":"set"}],"type":"any"}],"result":{"dynamic":{"type":"any"},"name":"n","type":"array"},"type":"function"}},
{"name":"split","decl":{"args":[{"name":"x","type":"string"},{"name":"delimiter","type":"string"}],"result":{"dynamic":{"type":"string"},"name":"ys","type":"array"},"type":"function"}},
{"name":"sprintf","decl":{"args":[{"name":"format","type":"string"},{"dynamic":{"type":"any"},"name":"values","type":"array"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"startswith","decl":{"args":[{"name":"search","type":"string"},{"name":"base","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"strings.any_prefix_match","decl":{"args":[{"name":"search","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"},{"name":"base","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"strings.any_suffix_match","decl":{"args":[{"name":"search","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"},{"name":"base","of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"strings.count","decl":{"args":[{"name":"search","type":"string"},{"name":"substring","type":"string"}],"result":{"name":"output","type":"number"},"type":"function"}},
{"name":"strings.render_template","decl":{"args":[{"name":"value","type":"string"},{"dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"name":"vars","type":"object"}],"result":{"name":"result","type":"string"},"type":"function"}},
{"name":"strings.replace_n","decl":{"args":[{"dynamic":{"key":{"type":"string"},"value":{"type":"string"}},"name":"patterns","type":"object"},{"name":"value","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"strings.reverse","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"substring","decl":{"args":[{"name":"value","type":"string"},{"name":"offset","type":"number"},{"name":"length","type":"number"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"sum","decl":{"args":[{"name":"collection","of":[{"dynamic":{"type":"number"},"type":"array"},{"of":{"type":"number"},"type":"set"}],"type":"any"}],"result":{"name":"n","type":"number"},"type":"function"}},
{"name":"time.add_date","decl":{"args":[{"name":"ns","type":"number"},{"name":"years","type":"number"},{"name":"months","type":"number"},{"name":"days","type":"number"}],"result":{"name":"output","type":"number"},"type":"function"}},
{"name":"time.clock","decl":{"args":[{"name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"name":"output","static":[{"type":"number"},{"type":"number"},{"type":"number"}],"type":"array"},"type":"function"}},
{"name":"time.date","decl":{"args":[{"name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"name":"date","static":[{"type":"number"},{"type":"number"},{"type":"number"}],"type":"array"},"type":"function"}},
{"name":"time.diff","decl":{"args":[{"name":"ns1","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"},{"name":"ns2","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"name":"output","static":[{"type":"number"},{"type":"number"},{"type":"number"},{"type":"number"},{"type":"number"},{"type":"number"}],"type":"array"},"type":"function"}},
{"name":"time.format","decl":{"args":[{"name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"},{"static":[{"type":"number"},{"type":"string"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"name":"formatted timestamp","type":"string"},"type":"function"}},
{"name":"time.parse_duration_ns","decl":{"args":[{"name":"duration","type":"string"}],"result":{"name":"ns","type":"number"},"type":"function"}},
{"name":"time.parse_ns","decl":{"args":[{"name":"layout","type":"string"},{"name":"value","type":"string"}],"result":{"name":"ns","type":"number"},"type":"function"}},
{"name":"time.parse_rfc3339_ns","decl":{"args":[{"name":"value","type":"string"}],"result":{"name":"ns","type":"number"},"type":"function"}},
{"name":"time.weekday","decl":{"args":[{"name":"x","of":[{"type":"number"},{"static":[{"type":"number"},{"type":"string"}],"type":"array"}],"type":"any"}],"result":{"name":"day","type":"string"},"type":"function"}},
{"name":"to_number","decl":{"args":[{"name":"x","of":[{"type":"null"},{"type":"boolean"},{"type":"number"},{"type":"string"}],"type":"any"}],"result":{"name":"num","type":"number"},"type":"function"}},
{"name":"trim","decl":{"args":[{"name":"value","type":"string"},{"name":"cutset","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"trim_left","decl":{"args":[{"name":"value","type":"string"},{"name":"cutset","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"trim_prefix","decl":{"args":[{"name":"value","type":"string"},{"name":"prefix","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"trim_right","decl":{"args":[{"name":"value","type":"string"},{"name":"cutset","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"trim_space","decl":{"args":[{"name":"value","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"trim_suffix","decl":{"args":[{"name":"value","type":"string"},{"name":"suffix","type":"string"}],"result":{"name":"output","type":"string"},"type":"function"}},
{"name":"type_name","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"type","type":"string"},"type":"function"}},
{"name":"union","decl":{"args":[{"name":"xs","of":{"of":{"type":"any"},"type":"set"},"type":"set"}],"result":{"name":"y","of":{"type":"any"},"type":"set"},"type":"function"}},
{"name":"units.parse","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"number"},"type":"function"}},
{"name":"units.parse_bytes","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"number"},"type":"function"}},
{"name":"upper","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"urlquery.decode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"urlquery.decode_object","decl":{"args":[{"name":"x","type":"string"}],"result":{"dynamic":{"key":{"type":"string"},"value":{"dynamic":{"type":"string"},"type":"array"}},"name":"object","type":"object"},"type":"function"}},
{"name":"urlquery.encode","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"urlquery.encode_object","decl":{"args":[{"dynamic":{"key":{"type":"string"},"value":{"of":[{"type":"string"},{"dynamic":{"type":"string"},"type":"array"},{"of":{"type":"string"},"type":"set"}],"type":"any"}},"name":"object","type":"object"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"uuid.parse","decl":{"args":[{"name":"uuid","type":"string"}],"result":{"dynamic":{"key":{"type":"string"},"value":{"type":"any"}},"name":"result","type":"object"},"type":"function"}},
{"name":"walk","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"output","static":[{"dynamic":{"type":"any"},"type":"array"},{"type":"any"}],"type":"array"},"type":"function"},"relation":true},
{"name":"yaml.is_valid","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"result","type":"boolean"},"type":"function"}},
{"name":"yaml.marshal","decl":{"args":[{"name":"x","type":"any"}],"result":{"name":"y","type":"string"},"type":"function"}},
{"name":"yaml.unmarshal","decl":{"args":[{"name":"x","type":"string"}],"result":{"name":"y","type":"any"},"type":"function"}}
],
"features": ["rego_v1"],
"allow_net": []
}
"""##
}
