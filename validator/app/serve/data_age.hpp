#pragma once

#include "daemon.hpp"
#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/pipeline/pipeline.hpp"
#include "pramana/store/store.hpp"

#include <span>

namespace pramana::app {

/// What a data directory has to know, if it is the newest of this validator.
struct DataAge {
    /// A key of ours, and whether nobody but this validator can have used it.
    struct Key {
        Address address;
        bool ours_alone = true;
    };
    /// A corpus whose head a registry records.
    struct Corpus {
        store::CorpusKey key;
        Hash32 empty_root;
        Address registry;
        Address dlp;
    };
    std::vector<Key> keys;
    std::vector<Corpus> corpora;
};

/// Refuses a data directory that lags behind the chain: more transactions of a key than its journal
/// knows of, or a registry's corpus head that no entry of its log has. Reads the newest block.
/// Nothing is changed. The failure names what is missing and each way on. Errors of reads that fail
/// are no verdict: they are returned as the failure with their own code.
/// Source: docs/keys.md "Older data".
[[nodiscard]] std::optional<Failure> older_data(store::Store& store,
                                                const chain_rpc::ChainReader& reader,
                                                const DataAge& expected, const OperatorWord& word);

}  // namespace pramana::app
