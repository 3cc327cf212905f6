using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Rules of a model source and of lists of variants.</summary>
internal static class SourceChecks
{
    // A look is a request for each model; more often than this it would be the registry's main load.
    private static readonly TimeSpan s_leastRefreshInterval = TimeSpan.FromMinutes(1);

    public static IEnumerable<SpecProblem> Check(ModelSource source, string path)
    {
        object?[] fields =
        [
            source.Ollama,
            source.HuggingFace,
            source.Http,
            source.Oci,
            source.File,
            source.Catalog,
        ];
        if (fields.Count(f => f is not null) != 1)
        {
            yield return new SpecProblem(
                path,
                "set exactly one of ollama, huggingFace, http, oci, file, catalog"
            );
        }

        foreach (SpecProblem problem in CheckRemote(source.Http, source.HuggingFace, path))
        {
            yield return problem;
        }

        foreach (SpecProblem problem in CheckRefresh(source, path).Concat(CheckMirrors(source, path)))
        {
            yield return problem;
        }

        if (source.File is { } local && (!local.Path.StartsWith('/') || HasParentStep(local.Path)))
        {
            yield return new SpecProblem($"{path}.file.path", "write an absolute path without \"..\"");
        }
    }

    public static IEnumerable<SpecProblem> Check(IReadOnlyList<ModelVariant> variants, string path)
    {
        foreach ((int index, ModelVariant variant) in variants.Index())
        {
            if (variant.Name.Length == 0)
            {
                yield return new SpecProblem($"{path}[{index}].name", "give the variant a name");
            }

            if (variants.Take(index).Any(v => v.Name == variant.Name))
            {
                yield return new SpecProblem($"{path}[{index}].name", $"\"{variant.Name}\" is there twice");
            }

            foreach (SpecProblem problem in Check(variant.Source, $"{path}[{index}].source"))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<SpecProblem> CheckRemote(
        HttpModelSource? http,
        HuggingFaceModelSource? hub,
        string path
    )
    {
        if (
            http is not null
            && !(
                Uri.TryCreate(http.Url, UriKind.Absolute, out Uri? url)
                && url.Scheme is "http" or "https"
                && url.UserInfo.Length == 0
            )
        )
        {
            yield return new SpecProblem(
                $"{path}.http.url",
                "write an http or https URL without user name and password"
            );
        }

        if (hub?.File is { } file && HasParentStep(file))
        {
            yield return new SpecProblem($"{path}.huggingFace.file", "must not contain \"..\"");
        }
    }

    private static IEnumerable<SpecProblem> CheckRefresh(ModelSource source, string path)
    {
        bool moves = source.Ollama is not null || source.HuggingFace is not null || source.Oci is not null;
        if (source.Refresh is { } refresh && refresh != SourceRefresh.Never && !moves)
        {
            yield return new SpecProblem(
                $"{path}.refresh",
                "only ollama, huggingFace and oci name something that moves; leave it out"
            );
        }

        if (source.RefreshInterval is { } interval)
        {
            if (source.Refresh != SourceRefresh.Interval)
            {
                yield return new SpecProblem(
                    $"{path}.refreshInterval",
                    "set refresh to Interval, or leave it out"
                );
            }

            if (interval.Value < s_leastRefreshInterval)
            {
                yield return new SpecProblem($"{path}.refreshInterval", "must be 1m or more");
            }
        }
    }

    private static IEnumerable<SpecProblem> CheckMirrors(ModelSource source, string path)
    {
        IReadOnlyList<SourceMirror> mirrors = source.Mirrors ?? [];
        if (mirrors.Count > 0 && (source.File ?? (object?)source.Catalog) is not null)
        {
            yield return new SpecProblem(
                $"{path}.mirrors",
                "a file or a catalog entry has no mirrors; leave it out"
            );
        }

        foreach ((int index, SourceMirror mirror) in mirrors.Index())
        {
            object?[] fields = [mirror.Ollama, mirror.Oci, mirror.HuggingFace, mirror.Http];
            if (fields.Count(f => f is not null) != 1)
            {
                yield return new SpecProblem(
                    $"{path}.mirrors[{index}]",
                    "set exactly one of ollama, oci, huggingFace, http"
                );
            }

            foreach (
                SpecProblem problem in CheckRemote(
                    mirror.Http,
                    mirror.HuggingFace,
                    $"{path}.mirrors[{index}]"
                )
            )
            {
                yield return problem;
            }
        }
    }

    private static bool HasParentStep(string path) => path.Split('/').Contains("..");
}
