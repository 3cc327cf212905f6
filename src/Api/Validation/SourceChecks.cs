using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Rules of a model source and of lists of variants.</summary>
internal static class SourceChecks
{
    public static IEnumerable<SpecProblem> Check(ModelSource source, string path)
    {
        object?[] fields = [source.Ollama, source.HuggingFace, source.Http, source.File, source.Catalog];
        if (fields.Count(f => f is not null) != 1)
        {
            yield return new SpecProblem(path, "set exactly one of ollama, huggingFace, http, file, catalog");
        }

        if (
            source.Http is { } http
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

        if (source.HuggingFace?.File is { } file && HasParentStep(file))
        {
            yield return new SpecProblem($"{path}.huggingFace.file", "must not contain \"..\"");
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

    private static bool HasParentStep(string path) => path.Split('/').Contains("..");
}
