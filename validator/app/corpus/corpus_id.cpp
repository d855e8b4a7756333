#include "corpus_id.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

namespace pramana::app {

Hash32 corpus_id_of(std::uint64_t chain_id, const Address& dlp, const Hash32& ruleset) {
    std::uint8_t chain_be[sizeof chain_id];
    store_be(chain_id, chain_be);
    Sha256 hash;
    hash.update("pramana:corpus:1");
    hash.update(ByteView{chain_be});
    hash.update(dlp.view());
    hash.update(ruleset.view());
    return hash.finish();
}

}  // namespace pramana::app
