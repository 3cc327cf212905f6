using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Testing.Registries;

/// <summary>The Hugging Face hub's part of the stand-in.</summary>
public sealed class HuggingFaceRoutes
{
    private readonly RegistryStandIn _standIn;
    private readonly ConcurrentDictionary<string, Repository> _repositories = new();

    internal HuggingFaceRoutes(RegistryStandIn standIn)
    {
        _standIn = standIn;
    }

    /// <summary>Files on one page of a tree; default 1,000.</summary>
    public int PageSize { get; set; } = 1_000;

    /// <summary>Repositories that answer as gated.</summary>
    public ConcurrentBag<string> Gated { get; } = [];

    /// <summary>The commit that every revision of a repository is.</summary>
    public static string CommitOf(string repo) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(repo))
        )[..40];

    /// <summary>Publishes a file on <c>main</c>; without large-file storage it has no SHA-256.</summary>
    public void Add(string repo, string path, RegistryContent content, bool largeFile = true)
    {
        _standIn.AddContent($"content/hf/{content.Digest.Hex}", content);
        _repositories.GetOrAdd(repo, _ => new Repository()).Files[path] = (content, largeFile);
    }

    internal async Task AnswerAsync(HttpContext context, string path, RecordedRequest request)
    {
        string[] parts = path.Split('/');
        bool api = path.StartsWith("api/models/", StringComparison.Ordinal);
        int start = api ? 2 : 0;
        string repo = parts.Length > start + 1 ? $"{parts[start]}/{parts[start + 1]}" : "";
        string action = parts.Length > start + 3 ? parts[start + 2] : "";
        string revision = parts.Length > start + 3 ? parts[start + 3] : "";
        if (Gated.Contains(repo))
        {
            Error(context, StatusCodes.Status403Forbidden, "GatedRepo");
        }
        else if (!_repositories.TryGetValue(repo, out Repository? repository))
        {
            Error(context, StatusCodes.Status401Unauthorized, "RepoNotFound");
        }
        else if (revision != "main" && revision != CommitOf(repo))
        {
            Error(context, StatusCodes.Status404NotFound, "RevisionNotFound");
        }
        else if (api && action == "revision")
        {
            await context.Response.WriteAsJsonAsync(new { id = repo, sha = CommitOf(repo) });
        }
        else if (api && action == "tree")
        {
            await AnswerTreeAsync(context, repository);
        }
        else if (
            action == "resolve"
            && repository.Files.TryGetValue(string.Join('/', parts[4..]), out var file)
        )
        {
            context.Response.Headers["X-Repo-Commit"] = CommitOf(repo);
            context.Response.Headers["X-Linked-Etag"] = $"\"{file.Content.Digest.Hex}\"";
            context.Response.Headers["X-Linked-Size"] = $"{file.Content.Length}";
            await _standIn.AnswerContentAsync(context, $"content/hf/{file.Content.Digest.Hex}", request);
        }
        else
        {
            Error(context, StatusCodes.Status404NotFound, "EntryNotFound");
        }
    }

    private static void Error(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-Error-Code"] = code;
    }

    private async Task AnswerTreeAsync(HttpContext context, Repository repository)
    {
        int skip = int.TryParse(context.Request.Query["cursor"], out int cursor) ? cursor : 0;
        if (repository.Files.Count > skip + PageSize)
        {
            Uri next = new(
                _standIn.Address,
                $"{context.Request.Path}?recursive=true&cursor={skip + PageSize}"
            );
            context.Response.Headers.Link = $"<{next}>; rel=\"next\"";
        }

        await context.Response.WriteAsJsonAsync(
            repository
                .Files.OrderBy(file => file.Key, StringComparer.Ordinal)
                .Skip(skip)
                .Take(PageSize)
                .Select(file => new
                {
                    type = "file",
                    path = file.Key,
                    size = file.Value.Content.Length,
                    oid = file.Value.Content.Digest.Hex[..40],
                    lfs = file.Value.LargeFile
                        ? new
                        {
                            oid = file.Value.Content.Digest.Hex,
                            size = file.Value.Content.Length,
                            pointerSize = 134,
                        }
                        : null,
                })
        );
    }

    private sealed class Repository
    {
        public ConcurrentDictionary<string, (RegistryContent Content, bool LargeFile)> Files { get; } = new();
    }
}
