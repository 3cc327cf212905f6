using System.Text.Json;

namespace LlmOperator.Models.Sources;

/// <summary>The Hugging Face hub: revision to commit, tree with digests, resolve addresses pinned to the commit.</summary>
internal sealed class HuggingFaceClient
{
    // A tree page has 1,000 entries; a repository of models has a few hundred files.
    private const int MaxPages = 20;
    private const int MaxPathLength = 1024;

    private readonly GuardedHttp _http;
    private readonly SourceSettings _settings;
    private readonly TimeProvider _time;

    public HuggingFaceClient(GuardedHttp http, SourceSettings settings, TimeProvider time)
    {
        _http = http;
        _settings = settings;
        _time = time;
    }

    public async Task<ResolvedModel> ResolveAsync(
        HuggingFaceSource source,
        SourceCredentials? credentials,
        CancellationToken cancellationToken
    )
    {
        HuggingFaceNames.Require(source);
        Uri hub = HuggingFaceAddresses.Hub(_settings);
        IReadOnlyDictionary<string, string> headers = SourceTokens.HeadersFor(hub, credentials, _settings);
        string commit = await CommitAsync(hub, source, headers, cancellationToken);
        List<HuggingFaceEntry> entries = await TreeAsync(hub, source, commit, headers, cancellationToken);
        IReadOnlyList<HuggingFaceEntry> chosen = HuggingFaceChoice.Choose(source, entries);
        ResolvedFile[] files =
        [
            .. chosen.Select(entry => new ResolvedFile
            {
                Role = ResolvedFileRole.Weights,
                Digest = entry.Digest ?? throw HuggingFaceChoice.NoDigest(source, entry.Path),
                SizeBytes = entry.SizeBytes,
                Path = entry.Path,
                Url = HuggingFaceAddresses.Resolve(_settings, source.Repo, commit, entry.Path),
                Headers = headers,
            }),
        ];
        return new ResolvedModel
        {
            Digest = files[0].Digest,
            SizeBytes = files.Sum(file => file.SizeBytes),
            Files = files,
            Revision = commit,
            DisplayName = source.DisplayName,
        };
    }

    private async Task<string> CommitAsync(
        Uri hub,
        HuggingFaceSource source,
        IReadOnlyDictionary<string, string> headers,
        CancellationToken cancellationToken
    )
    {
        string path = $"api/models/{source.Repo}/revision/{Uri.EscapeDataString(source.Revision)}";
        using HttpResponseMessage response = await GetAsync(
            new Uri(hub, path),
            source,
            headers,
            cancellationToken
        );
        using JsonDocument answer = await SourceAnswers.ReadJsonAsync(response, cancellationToken);
        string? commit =
            answer.RootElement.ValueKind == JsonValueKind.Object
            && answer.RootElement.TryGetProperty("sha", out JsonElement sha)
            && sha.ValueKind == JsonValueKind.String
                ? sha.GetString()
                : null;
        return commit is { Length: 40 } && commit.All(char.IsAsciiHexDigit)
            ? commit
            : throw SourceAnswers.Invalid(response, "does not name the commit of the revision");
    }

    private async Task<List<HuggingFaceEntry>> TreeAsync(
        Uri hub,
        HuggingFaceSource source,
        string commit,
        IReadOnlyDictionary<string, string> headers,
        CancellationToken cancellationToken
    )
    {
        List<HuggingFaceEntry> entries = [];
        Uri? page = new(hub, $"api/models/{source.Repo}/tree/{commit}?recursive=true");
        for (int pages = 0; page is not null && pages < MaxPages; pages++)
        {
            using HttpResponseMessage response = await GetAsync(page, source, headers, cancellationToken);
            using JsonDocument answer = await SourceAnswers.ReadJsonAsync(response, cancellationToken);
            try
            {
                entries.AddRange(
                    answer.RootElement.EnumerateArray().Select(EntryOf).OfType<HuggingFaceEntry>()
                );
            }
            catch (Exception error)
                when (error is KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw SourceAnswers.Invalid(response, "sent something that is not a list of files");
            }

            page = NextPage(page, response);
        }

        return entries;
    }

    // {"type":"file","path":"m-q4_k_m.gguf","size":9,"oid":"<git sha1>","lfs":{"oid":"<sha256>","size":9,...}}
    private static HuggingFaceEntry? EntryOf(JsonElement entry)
    {
        string path = entry.GetProperty("path").GetString() ?? "";
        bool wanted =
            string.Equals(entry.GetProperty("type").GetString(), "file", StringComparison.Ordinal)
            && path.Length is > 0 and <= MaxPathLength
            && !path.Contains("..", StringComparison.Ordinal);
        if (!wanted)
        {
            return null;
        }

        ModelDigest? digest =
            entry.TryGetProperty("lfs", out JsonElement lfs)
            && lfs.ValueKind == JsonValueKind.Object
            && ModelDigest.TryParse(lfs.GetProperty("oid").GetString(), out ModelDigest parsed)
                ? parsed
                : null;
        long size = (digest is null ? entry : lfs).GetProperty("size").GetInt64();
        return size > 0 ? new HuggingFaceEntry(path, size, digest) : null;
    }

    // Link: <https://host/api/models/x/tree/main?cursor=...>; rel="next"
    private static Uri? NextPage(Uri page, HttpResponseMessage response)
    {
        string? link = response.Headers.TryGetValues("Link", out IEnumerable<string>? links)
            ? links
                .SelectMany(value => value.Split(','))
                .FirstOrDefault(value => value.Contains("rel=\"next\"", StringComparison.Ordinal))
            : null;
        int start = link?.IndexOf('<', StringComparison.Ordinal) ?? -1;
        int end = link?.IndexOf('>', StringComparison.Ordinal) ?? -1;
        // The next page carries the token too, so it must be on the same host.
        return
            start >= 0
            && end > start
            && Uri.TryCreate(page, link![(start + 1)..end], out Uri? next)
            && GuardedHttp.IsSameOrigin(page, next)
            ? next
            : null;
    }

    private async Task<HttpResponseMessage> GetAsync(
        Uri url,
        HuggingFaceSource source,
        IReadOnlyDictionary<string, string> headers,
        CancellationToken cancellationToken
    )
    {
        HttpResponseMessage response = await _http.SendAsync(
            new GuardedRequest(HttpMethod.Get, url) { HostHeaders = headers },
            cancellationToken
        );
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw ErrorOf(response, source);
        }
    }

    private ModelSourceException ErrorOf(HttpResponseMessage response, HuggingFaceSource source)
    {
        string code = response.Headers.TryGetValues("X-Error-Code", out IEnumerable<string>? codes)
            ? codes.FirstOrDefault() ?? ""
            : "";
        return code switch
        {
            "GatedRepo" => new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"The repository '{source.Repo}' is gated: accept its licence on the hub and name a Secret with your token."
            ),
            // Without a token the hub answers 401 for a repository that does not exist or is private.
            "RepoNotFound" => new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"There is no public repository '{source.Repo}'; check its name, or name a Secret with a token."
            ),
            "RevisionNotFound" => new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"The repository '{source.Repo}' has no revision '{source.Revision}'; check spec.source.huggingFace.revision."
            ),
            _ => SourceAnswers.Error(response, $"repository '{source.Repo}'", _time),
        };
    }
}
