#include "vectors/vana_abi.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/chain/uint256.hpp"
#include "pramana/chain/vana.hpp"

#include <sstream>

namespace pramana::vectors {
namespace {

using namespace chain;

/// The addresses that the samples call A (a TEE) and B (a contributor).
struct Parties {
    Address a;
    Address b;
};

std::vector<abi::Value> arguments_of(std::string_view types, ByteView call) {
    expect(call.size() >= 4, "no selector");
    return must("decode",
                abi::decode_canonical(must("types", abi::parse_types(types)), call.subspan(4)));
}

Address address_of(const abi::Value& value) { return must("address", to_address(value.word())); }

std::vector<Permission> permissions_of(const abi::Value& list) {
    std::vector<Permission> permissions;
    for (const abi::Value& row : list.items()) {
        permissions.push_back({address_of(row.items()[0]), row.items()[1].text()});
    }
    return permissions;
}

/// The samples with free texts in them are decoded first, then written again with the typed call.
Bytes again_with_texts(const std::string& name, ByteView call) {
    if (name == "addTee") {
        const auto values = arguments_of("(address,string,string)", call);
        return tee_pool::add_tee(address_of(values[0]), values[1].text(), values[2].text());
    }
    if (name == "addFileWithPermissions") {
        const auto values = arguments_of("(string,address,(address,string)[])", call);
        return data_registry::add_file_with_permissions(values[0].text(), address_of(values[1]),
                                                        permissions_of(values[2]));
    }
    if (name == "addFileWithPermissionsAndSchema") {
        const auto values = arguments_of("(string,address,(address,string)[],uint256)", call);
        return data_registry::add_file_with_permissions_and_schema(
            values[0].text(), address_of(values[1]), permissions_of(values[2]),
            must("schema", to_u64(values[3].word())));
    }
    throw Mismatch{"no rule for this call"};
}

/// A sample's name is its call: `teeJobIdsPaginated_A_0_50`.
struct NamedCall {
    std::string function;
    std::vector<std::string> arguments;
};
NamedCall parsed(const std::string& name) {
    std::vector<std::string> parts;
    std::istringstream in{name};
    for (std::string part; std::getline(in, part, '_');) parts.push_back(part);
    expect(!parts.empty(), "no name");
    return {parts.front(), {parts.begin() + 1, parts.end()}};
}

Bytes call_named(const std::string& name, const Parties& parties, ByteView sample) {
    const NamedCall call = parsed(name);
    const auto number_at = [&](std::size_t i) {
        expect(i < call.arguments.size(), "too few arguments in the name");
        return must("argument", to_u64(must("argument", parse_decimal(call.arguments[i]))));
    };
    const auto party_at = [&](std::size_t i) {
        expect(i < call.arguments.size(), "too few arguments in the name");
        return call.arguments[i] == "B" ? parties.b : parties.a;
    };
    const std::string& function = call.function;
    if (function == "claim") return tee_pool::claim();
    if (function == "tees") return tee_pool::tees(party_at(0));
    if (function == "isTee") return tee_pool::is_tee(party_at(0));
    if (function == "jobs") return tee_pool::jobs(JobId{number_at(0)});
    if (function == "fileJobIds") return tee_pool::file_job_ids(FileId{number_at(0)});
    if (function == "files") return data_registry::files(FileId{number_at(0)});
    if (function == "filePermissions") {
        return data_registry::file_permissions(FileId{number_at(0)}, party_at(1));
    }
    if (function == "teeJobIdsPaginated") {
        return tee_pool::tee_job_ids_paginated(party_at(0), number_at(1), number_at(2));
    }
    if (function == "requestContributionProof") {
        return tee_pool::request_contribution_proof(FileId{number_at(0)});
    }
    if (function == "requestReward") {
        return dlp::request_reward(FileId{number_at(0)}, number_at(1));
    }
    return again_with_texts(name, sample);
}

// Return data. Each sample is decoded by the typed decoder, compared with what it is known to say,
// and written again by the TupleEncoder.
using abi::TupleEncoder;

Bytes file_again(const RegistryFile& file) {
    TupleEncoder tuple;
    tuple.uint(number(file.id)).address(file.owner).text(file.url);
    if (file.schema_id) tuple.uint(*file.schema_id);
    tuple.uint(file.added_at_block);
    return TupleEncoder{}.tuple(tuple).encoded();
}

void check_file(const std::string& name, const Bytes& sample, const Parties& parties) {
    const RegistryFile file = must("decode", data_registry::decode_file(sample));
    const bool absent = name == "files_v2_absent";
    expect(file.exists() != absent, absent ? "exists" : "does not exist");
    expect(file.url.empty() == absent, "url");
    expect(absent || file.owner == parties.b, "another owner");
    expect(file.schema_id.has_value() == (name != "files_v1_without_schemaId"), "schema id");
    expect_bytes("again", file_again(file), sample);
}

void check_permission(const std::string& name, const Bytes& sample) {
    const std::string key = must("decode", decode_text(sample));
    expect(key.empty() == (name == "filePermissions_absent"), "key");
    expect(key.find_first_not_of("0123456789abcdef") == std::string::npos, "key is not hex");
    expect_bytes("again", TupleEncoder{}.text(key).encoded(), sample);
}

void check_job(const Bytes& sample, const Parties& parties) {
    const TeeJob job = must("decode", tee_pool::decode_job(sample));
    expect(job.status == JobStatus::kSubmitted, "another job");
    expect(job.owner == parties.b && job.tee == parties.a, "other parties");
    expect_bytes("again",
                 TupleEncoder{}
                     .uint(number(job.file))
                     .word(job.bid_wei)
                     .uint(static_cast<std::uint64_t>(job.status))
                     .uint(job.added_unix_s)
                     .address(job.owner)
                     .address(job.tee)
                     .encoded(),
                 sample);
}

void check_tee(const Bytes& sample, const Parties& parties) {
    const TeeRecord tee = must("decode", tee_pool::decode_tee(sample));
    expect(tee.tee == parties.a && tee.status == TeeStatus::kActive, "another tee");
    TupleEncoder tuple;
    tuple.address(tee.tee)
        .text(tee.url)
        .uint(static_cast<std::uint64_t>(tee.status))
        .word(tee.earned_wei)
        .word(tee.withdrawn_wei)
        .uint(tee.jobs_pending)
        .text(tee.public_key);
    expect_bytes("again", TupleEncoder{}.tuple(tuple).encoded(), sample);
}

void check_job_ids(const Bytes& sample) {
    const std::vector<JobId> ids = must("decode", tee_pool::decode_job_ids(sample));
    std::vector<TupleEncoder> rows;
    for (const JobId id : ids) rows.push_back(TupleEncoder{}.uint(number(id)));
    expect(!ids.empty(), "no ids");
    expect_bytes("again", TupleEncoder{}.array(rows).encoded(), sample);
}

void check_return(const std::string& name, const Bytes& sample, const Parties& parties) {
    if (name.starts_with("files_")) return check_file(name, sample, parties);
    if (name.starts_with("filePermissions")) return check_permission(name, sample);
    if (name == "jobs_submitted") return check_job(sample, parties);
    if (name == "tees_active") return check_tee(sample, parties);
    if (name == "teeJobIdsPaginated") return check_job_ids(sample);
    throw Mismatch{"no rule for this return value"};
}

// Logs: the arguments as the typed decoder reads them, in the spelling of the vectors.
using Arguments = std::map<std::string, std::string>;

std::string spelled(const Address& address) { return to_checksum(address); }
std::string spelled(const Word256& word) { return to_decimal(word); }
std::string spelled(std::uint64_t value) { return std::to_string(value); }

template <class Event>
Event decoded(const Log& log) {
    return must("decode", Event::decode(log));
}

Arguments job_log(const std::string& name, const Log& log) {
    if (name == "JobSubmitted") {
        const auto event = decoded<JobSubmitted>(log);
        return {{"jobId", spelled(number(event.job))},
                {"fileId", spelled(number(event.file))},
                {"teeAddress", spelled(event.tee)},
                {"bidAmount", spelled(event.bid_wei)}};
    }
    if (name == "JobCanceled") return {{"jobId", spelled(number(decoded<JobCanceled>(log).job))}};
    if (name == "TeeAdded") return {{"teeAddress", spelled(decoded<TeeAdded>(log).tee)}};
    if (name == "TeeRemoved") return {{"teeAddress", spelled(decoded<TeeRemoved>(log).tee)}};
    const auto event = decoded<JobProofAdded>(log);
    return {{"attestator", spelled(event.attestator)},
            {"jobId", spelled(number(event.job))},
            {"fileId", spelled(number(event.file))}};
}

Arguments file_log(const std::string& name, const Log& log) {
    if (name == "FileAdded" || name == "FileAddedV2") {
        const auto event = decoded<FileAdded>(log);
        Arguments arguments{{"fileId", spelled(number(event.file))},
                            {"ownerAddress", spelled(event.owner)},
                            {"url", event.url}};
        if (event.schema_id) arguments["schemaId"] = spelled(*event.schema_id);
        return arguments;
    }
    if (name == "PermissionGranted") {
        const auto event = decoded<PermissionGranted>(log);
        return {{"fileId", spelled(number(event.file))}, {"account", spelled(event.account)}};
    }
    if (name == "RewardRequested") {
        const auto event = decoded<RewardRequested>(log);
        return {{"contributorAddress", spelled(event.contributor)},
                {"fileId", spelled(number(event.file))},
                {"proofIndex", spelled(event.proof_index)},
                {"rewardAmount", spelled(event.reward)}};
    }
    const auto event = decoded<FileProofAdded>(log);
    return {{"fileId", spelled(number(event.file))},
            {"ownerAddress", spelled(event.owner)},
            {"proofIndex", spelled(event.proof_index)},
            {"dlpId", spelled(event.dlp_id)},
            {"score", spelled(event.score)},
            {"proofUrl", event.proof_url}};
}

bool is_job_log(const std::string& name, const Log& log) {
    if (name != "ProofAdded") return name.starts_with("Job") || name.starts_with("Tee");
    return !log.topics.empty() && log.topics[0] == JobProofAdded::topic0();
}

void check_log(const JsonView& entry) {
    Log log{.address = {}, .topics = {}, .body = hex(entry, "data")};
    for (const JsonView& topic : member(entry, "topics").items()) {
        log.topics.push_back(fixed<Hash32>(topic));
    }
    const std::string name = text(entry, "event");
    const Arguments got = is_job_log(name, log) ? job_log(name, log) : file_log(name, log);
    const std::vector<JsonView::Member> expected = member(entry, "args").members();
    expect(expected.size() == got.size(), "another number of arguments");
    for (const JsonView::Member& argument : expected) {
        const auto found = got.find(argument.name);
        expect(found != got.end(), "no argument " + argument.name);
        std::string value = text(argument.value);
        if (value.starts_with("0x")) value = to_checksum(must("address", parse_address(value)));
        expect_text(argument.name, found->second, value);
    }
}

}  // namespace

void check_abi_samples(const VectorFile& file, Report& report) {
    const auto parties = [&] {
        return Parties{must("A", parse_address(text(file.root, "A"))),
                       must("B", parse_address(text(file.root, "B")))};
    };
    for (const JsonView::Member& call : member(file.root, "calls").members()) {
        report.run(file, call.name, [&] {
            const Bytes sample = hex(call.value);
            expect_bytes("call", call_named(call.name, parties(), sample), sample);
        });
    }
    for (const JsonView::Member& sample : member(file.root, "returns").members()) {
        report.run(file, sample.name,
                   [&] { check_return(sample.name, hex(sample.value), parties()); });
    }
    each_case(file, report, "logs", check_log, "logs-");
}

}  // namespace pramana::vectors
