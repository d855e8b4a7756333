#include "vectors/evm_handlers.hpp"

namespace pramana::vectors {

Suite evm_suite() {
    return {.handlers = {{"abi.json", check_abi},
                         {"addresses.json", check_addresses},
                         {"events.json", check_events},
                         {"keccak.json", check_keccak},
                         {"merkle.json", check_merkle},
                         {"personal_sign.json", check_personal_sign},
                         {"revert_data.json", check_revert_data},
                         {"rlp.json", check_rlp},
                         {"selectors.json", check_selectors},
                         {"transactions.json", check_transactions},
                         {"transactions_invalid.json", check_transactions_invalid},
                         {"typed_data.json", check_typed_data}},
            .not_covered = {{"hd_keys.json", "no key is derived from a mnemonic here"},
                            {"keystore.json", "no key is read from a Web3 keystore here"}},
            .ignored = {"README.md"}};
}

}  // namespace pramana::vectors
