#include "vectors/suite.hpp"

namespace pramana::vectors {

Suite vana_suite() {
    Suite suite{.handlers = {}, .not_covered = {}, .ignored = {"README.md", "pgp"}};
    add_chain_handlers(suite);
    return suite;
}

}  // namespace pramana::vectors
