#pragma once

#include "vectors/suite.hpp"

// One handler for each file of shared/vectors/evm; the README beside the vectors describes their
// fields.
namespace pramana::vectors {

void check_keccak(const VectorFile& file, Report& report);
void check_rlp(const VectorFile& file, Report& report);
void check_addresses(const VectorFile& file, Report& report);
void check_personal_sign(const VectorFile& file, Report& report);
void check_merkle(const VectorFile& file, Report& report);
void check_abi(const VectorFile& file, Report& report);
void check_selectors(const VectorFile& file, Report& report);
void check_events(const VectorFile& file, Report& report);
void check_revert_data(const VectorFile& file, Report& report);
void check_transactions(const VectorFile& file, Report& report);
void check_transactions_invalid(const VectorFile& file, Report& report);
void check_typed_data(const VectorFile& file, Report& report);

}  // namespace pramana::vectors
