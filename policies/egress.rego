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
