#pragma once

#include "pramana/attest/policy.hpp"
#include "pramana/core/json.hpp"

namespace pramana::attest {

/// Reads the members of one object of a policy. Each reader leaves its target alone when the member
/// is absent, and notes a problem when it is of another form. done() complains about members nobody
/// read.
class PolicySection {
  public:
    PolicySection(const JsonView& object, std::string path, std::vector<PolicyProblem>& problems);

    [[nodiscard]] std::optional<JsonView> member(std::string_view name);
    void flag(std::string_view name, bool& out);
    /// A whole number, 0..max.
    void number(std::string_view name, std::uint64_t max, std::uint64_t& out);
    template <class Small>
    void number(std::string_view name, std::uint64_t max, Small& out) {
        std::uint64_t value = out;
        number(name, max, value);
        out = static_cast<Small>(value);
    }
    template <class Small>
    void number(std::string_view name, std::uint64_t max, std::optional<Small>& out) {
        if (!has(name)) return;
        std::uint64_t value = 0;
        number(name, max, value);
        out = static_cast<Small>(value);
    }
    /// A 64-bit mask as "0x…", 1 to 16 hex digits.
    void mask(std::string_view name, std::uint64_t& out);
    /// A list of byte strings of one of these sizes, as hex, 1 to 1024.
    void allowed(std::string_view name, std::initializer_list<std::size_t> sizes, Allowed& out);
    /// A list of texts, 1 to 1024: none would read as "nobody", and be "not pinned".
    void texts(std::string_view name, std::set<std::string>& out);
    /// The object of this name as a section of its own; nullopt when it is absent.
    [[nodiscard]] std::optional<PolicySection> section(std::string_view name);
    void problem(std::string_view name, std::string sentence);
    void done();

  private:
    [[nodiscard]] bool has(std::string_view name) const { return object_.member(name).has_value(); }
    JsonView object_;
    std::string path_;
    std::vector<PolicyProblem>& problems_;
    std::set<std::string, std::less<>> read_;
};

void read_intel_policy(PolicySection section, IntelPolicy& policy);
void read_amd_policy(PolicySection section, SnpPolicy& policy);
void read_nvidia_policy(PolicySection section, NvidiaPolicy& policy);
void read_statement_policy(PolicySection section, StatementPolicy& policy);
void read_nras_policy(PolicySection section, NrasPolicy& policy);
void read_dstack_policy(PolicySection section, DstackPolicy& policy, DstackKeyPolicy& keys);

}  // namespace pramana::attest
