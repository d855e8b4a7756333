#include "vectors/suite.hpp"
#include "vectors/vana_sealing.hpp"

namespace pramana::vectors {

Suite vana_suite() {
    Suite suite{.handlers = {}, .not_covered = {}, .ignored = {"README.md", "pgp"}};
    add_chain_handlers(suite);
    suite.handlers["dpv1_scope_files.json"] = check_scope_files;
    suite.handlers["ecies.json"] = check_ecies;
    suite.handlers["legacy_openpgp_wrapped_key.json"] = check_wrapped_keys;
    suite.handlers["openpgp_password_files.json"] = check_password_files;
    suite.handlers["refinement_key.json"] = check_refinement_keys;
    suite.handlers["runproof_requests.json"] = check_runproof_requests;
    suite.handlers["secrets_rsa_oaep.json"] = check_oaep_secrets;
    suite.handlers["wallet_signatures.json"] = check_wallet_signatures;
    return suite;
}

}  // namespace pramana::vectors
