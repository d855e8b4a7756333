#include "pramana/chain/proof_events.hpp"

#include "declared_list.hpp"
#include "pramana/chain/uint256.hpp"

#include <algorithm>

namespace pramana::chain {
namespace {

constexpr std::string_view kOfPool =
    "ProofAdded(address indexed attestator,uint256 indexed jobId,uint256 indexed fileId)";
constexpr std::string_view kOfRegistry =
    "ProofAdded(uint256 indexed fileId,address indexed ownerAddress,uint256 proofIndex,"
    "uint256 indexed dlpId,uint256 score,string proofUrl)";
constexpr std::string_view kIndexed = " indexed";

/// A declared event, and what its inputs are called.
struct NamedEvent {
    abi::Event event;
    std::vector<std::string> names;

    /// The unsigned integer of that name.
    [[nodiscard]] std::optional<std::size_t> number(std::string_view name) const {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found == names.end() || std::find(found + 1, names.end(), name) != names.end())
            return std::nullopt;
        const auto at = static_cast<std::size_t>(found - names.begin());
        if (event.inputs[at].type.kind != abi::Kind::kUint) return std::nullopt;
        return at;
    }
    /// Which topic the input stands in; 0 = in none.
    [[nodiscard]] std::uint8_t topic_of(std::size_t input) const {
        if (!event.inputs[input].indexed) return 0;
        const auto before = std::count_if(event.inputs.begin(),
                                          event.inputs.begin() + static_cast<std::ptrdiff_t>(input),
                                          [](const abi::EventInput& each) { return each.indexed; });
        return static_cast<std::uint8_t>(before + 1);  // topic 0 is the event
    }
};

/// nullopt = no event, or an anonymous one.
std::optional<NamedEvent> named(std::string_view declaration) {
    const std::size_t open = declaration.find('(');
    if (open == std::string_view::npos || !declaration.ends_with(')')) return std::nullopt;
    const std::string_view list = declaration.substr(open + 1, declaration.size() - open - 2);
    NamedEvent named;
    std::string without_names{declaration.substr(0, open + 1)};
    for (const std::string_view part : parts_of(list)) {
        auto [type, name] = type_and_name(part);
        if (name == kIndexed.substr(1)) {  // an input without a name
            type = part;
            name = {};
        }
        if (without_names.back() != '(') without_names += ',';
        without_names += type;
        named.names.emplace_back(name);
    }
    Result<abi::Event> event = abi::parse_event(without_names + ')');
    if (!event || event->anonymous) return std::nullopt;
    named.event = *std::move(event);
    return named;
}

}  // namespace

ProofEvents::ProofEvents() : ProofEvents{*parse({}, {})} {}

Result<ProofEvents> ProofEvents::parse(std::string_view of_pool, std::string_view of_registry) {
    constexpr Error kBadPool{Errc::kConfigInvalid, "chain.pool_proof_event"};
    constexpr Error kBadRegistry{Errc::kConfigInvalid, "chain.registry_proof_event"};
    const std::optional<NamedEvent> pool = named(of_pool.empty() ? kOfPool : of_pool);
    const std::optional<std::size_t> job = pool ? pool->number("jobId") : std::nullopt;
    if (!job || pool->topic_of(*job) == 0) return kBadPool;
    std::optional<NamedEvent> registry = named(of_registry.empty() ? kOfRegistry : of_registry);
    const std::optional<std::size_t> file = registry ? registry->number("fileId") : std::nullopt;
    const std::optional<std::size_t> index =
        registry ? registry->number("proofIndex") : std::nullopt;
    if (!file || !index) return kBadRegistry;
    return ProofEvents{abi::topic0_of(pool->event), pool->topic_of(*job),
                       std::move(registry->event), *file, *index};
}

std::optional<ProofEvents::FileProof> ProofEvents::file_proof_in(const Log& log) const {
    const Result<std::vector<abi::EventArgument>> arguments = abi::decode_event(of_registry_, log);
    if (!arguments) return std::nullopt;
    const Result<std::uint64_t> file = to_u64((*arguments)[file_at_].value.word());
    const Result<std::uint64_t> index = to_u64((*arguments)[index_at_].value.word());
    if (!file || !index) return std::nullopt;
    return FileProof{FileId{*file}, *index};
}

}  // namespace pramana::chain
