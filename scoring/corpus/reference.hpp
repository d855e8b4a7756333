#pragma once

#include "corpus/index.hpp"
#include "pramana/scoring/reference.hpp"

namespace pramana::scoring {

struct ReferenceCorpus::State {
    CorpusIndex index;
};

}  // namespace pramana::scoring
