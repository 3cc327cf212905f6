namespace LlmOperator.Router.Statistics;

/// <summary>Figures of targets, for the planner.</summary>
internal interface ITargetFigures
{
    /// <summary>Figures of a target by its name, for example <c>model/demo</c>.</summary>
    TargetFigures Of(string target);
}
