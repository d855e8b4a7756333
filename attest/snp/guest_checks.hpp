#pragma once

#include "snp/endorsement.hpp"

#include "pramana/attest/snp.hpp"

// The parts of an appraisal that need no key: TCB, guest policy, measurements, binding.
namespace pramana::attest {

void judge_reserved(const SnpReport& report, VerdictList& verdicts);
void judge_tcb(const SnpReport& report, const SnpEndorsement& endorsement, const SnpPolicy& policy,
               VerdictList& verdicts);
void judge_guest(const SnpReport& report, const SnpPolicy& policy,
                 const std::optional<ByteView>& report_data, VerdictList& verdicts);
void add_guest_facts(const SnpReport& report, Appraisal& out);

/// "0x3001f".
[[nodiscard]] std::string to_hex_number(std::uint64_t value);

/// Passes when `value` is one of `allowed`; not applicable when nothing is pinned.
void decide_allowed(VerdictList& verdicts, const Check& check, const std::vector<Bytes>& allowed,
                    ByteView value);

}  // namespace pramana::attest
