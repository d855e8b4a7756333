#pragma once

#include "pramana/attest/policy.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::attest {

/// A member that a policy gets so that it accepts this evidence and no other program: where it
/// stands, its JSON value, and what it means in words.
struct PolicyPin {
    std::string section;  ///< "intel"; empty: a member of the policy itself
    std::string member;   ///< "mr_td"
    std::string value;    ///< JSON: ["00ff…"]
    std::string meaning;
};

/// What is pinned beside the program.
struct PinExtent {
    bool this_machine = false;   ///< the processor and the devices themselves
    bool configuration = false;  ///< the validator's configuration file
};
/// What accepted evidence would be held to: the program and the configuration inside, the age of
/// the endorsements, dstack's application, its key service and root, device and driver kinds, and
/// what a validator's statement says of build, model, chain, contracts, DLPs and rulesets.
/// Registers that differ from start to start (a dstack guest's register 3) and the TDX module,
/// which its operator updates, are not pinned. Pure.
[[nodiscard]] std::vector<PolicyPin> pins_of(std::span<const Appraisal> appraisals,
                                             PinExtent extent = {});

/// A policy text: `base` (a policy text; empty: none) with the pins, which replace its members of
/// the same names; but of `evidence`, floors of TCBs and evaluation numbers both stay, the higher
/// of two, and whom the base allows to hold keys. Indented for people. Errors: kPolicyInvalid:
/// `base` does not read.
[[nodiscard]] Result<std::string> policy_text(std::string_view base,
                                              std::span<const PolicyPin> pins);

/// What a policy admits and refuses, in sentences, vendor by vendor.
[[nodiscard]] std::string to_text(const Policy& policy);

}  // namespace pramana::attest
