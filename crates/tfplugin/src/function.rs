//! Provider functions: pure computations that configurations call as `provider::<name>::<function>(...)`.

use std::fmt;
use std::sync::Arc;

use crate::model::FieldType;
use crate::path::Path;
use crate::proto::tfplugin6 as pb;
use crate::schema::{Presence, string_kind};
use crate::types::Type;
use crate::value::Value;
use crate::wire;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong and what to do.
    pub text: String,
    /// The argument to blame, counted from 0.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// An error of the call as a whole.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// Names the argument to blame, counted from 0.
    #[must_use]
    pub fn argument(mut self, index: usize) -> Self {
        self.argument = Some(index);
        self
    }
}

/// A parameter as documented.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Name, for messages and docs only.
    pub name: String,
    /// Meaning, in Markdown.
    pub description: String,
    /// Type.
    pub ty: Type,
    /// Whether null is accepted.
    pub nullable: bool,
}

type Call = Arc<dyn Fn(&[Value]) -> Result<Value, FunctionError> + Send + Sync>;

/// A function, ready to be registered.
#[derive(Clone)]
pub struct Function {
    /// Name.
    pub name: String,
    /// One line.
    pub summary: String,
    /// Meaning, in Markdown.
    pub description: String,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Type of the result.
    pub returns: Type,
    call: Call,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("parameters", &self.parameters)
            .finish_non_exhaustive()
    }
}

/// A Rust closure whose arguments and result have Terraform types.
pub trait Callable<Arguments>: Send + Sync + 'static {
    /// Name and description of each argument: an array as long as there are arguments.
    type Described: AsRef<[(&'static str, &'static str)]> + 'static;
    /// Type of each parameter and whether it may be null.
    fn parameters() -> Vec<(Type, bool)>;
    /// Type of the result.
    fn returns() -> Type;
    /// Calls it.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

macro_rules! callable {
    ($arity:literal: $($argument:ident),+) => {
        impl<F, R, $($argument),+> Callable<($($argument,)+)> for F
        where
            F: Fn($($argument),+) -> Result<R, FunctionError> + Send + Sync + 'static,
            R: FieldType,
            $($argument: FieldType),+
        {
            type Described = [(&'static str, &'static str); $arity];

            fn parameters() -> Vec<(Type, bool)> {
                vec![$(parameter::<$argument>()),+]
            }

            fn returns() -> Type {
                type_of::<R>()
            }

            #[expect(non_snake_case, reason = "each variable is named after its type parameter")]
            fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
                let mut arguments = arguments.iter().enumerate();
                $(let $argument: $argument = argument(arguments.next())?;)+
                self($($argument),+).map(|result| result.encode())
            }
        }
    };
}

callable!(1: A);
callable!(2: A, B);
callable!(3: A, B, C);
callable!(4: A, B, C, D);

fn type_of<T: FieldType>() -> Type {
    T::shape().implied_type()
}

fn parameter<T: FieldType>() -> (Type, bool) {
    (type_of::<T>(), T::PRESENCE == Presence::Optional)
}

fn argument<T: FieldType>(argument: Option<(usize, &Value)>) -> Result<T, FunctionError> {
    let (index, value) = argument.ok_or_else(|| FunctionError::new("too few arguments"))?;
    T::decode(value, &Path::root().attribute("argument")).map_err(|error| {
        let text = error.diagnostics().first().map(|problem| problem.detail.clone()).unwrap_or_default();
        FunctionError::new(text).argument(index)
    })
}

impl Function {
    /// A function. `parameters` gives name and description of each argument of `body`, in order; one too few or too many does not
    /// compile:
    ///
    /// ```compile_fail,E0308
    /// # use tfplugin::prelude::*;
    /// Function::new("add", "Adds.", &[("a", "One.")], |a: i64, b: i64| -> Result<i64, FunctionError> { Ok(a + b) });
    /// ```
    ///
    /// ```
    /// # use tfplugin::prelude::*;
    /// let parameters = &[("a", "One."), ("b", "Other.")];
    /// Function::new("add", "Adds.", parameters, |a: i64, b: i64| -> Result<i64, FunctionError> { Ok(a + b) });
    /// ```
    pub fn new<A, F: Callable<A>>(name: &str, summary: &str, parameters: &F::Described, body: F) -> Self {
        let parameters = F::parameters()
            .into_iter()
            .zip(parameters.as_ref())
            .map(|((ty, nullable), (name, description))| Parameter {
                name: (*name).to_owned(),
                description: (*description).to_owned(),
                ty,
                nullable,
            })
            .collect();
        Self {
            name: name.to_owned(),
            summary: summary.to_owned(),
            description: summary.to_owned(),
            parameters,
            returns: F::returns(),
            call: Arc::new(move |arguments| body.call(arguments)),
        }
    }

    /// Sets the description, where there is more to say than the summary does.
    #[must_use]
    pub fn describe(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    pub(crate) fn to_proto(&self) -> pb::Function {
        pb::Function {
            parameters: self
                .parameters
                .iter()
                .map(|parameter| pb::function::Parameter {
                    name: parameter.name.clone(),
                    r#type: parameter.ty.to_bytes(),
                    allow_null_value: parameter.nullable,
                    allow_unknown_values: false,
                    description: parameter.description.clone(),
                    description_kind: string_kind(),
                })
                .collect(),
            variadic_parameter: None,
            r#return: Some(pb::function::Return { r#type: self.returns.to_bytes() }),
            summary: self.summary.clone(),
            description: self.description.clone(),
            description_kind: string_kind(),
            deprecation_message: String::new(),
        }
    }

    /// Decodes the arguments, calls, encodes the result.
    pub(crate) fn run(&self, arguments: &[pb::DynamicValue]) -> Result<pb::DynamicValue, FunctionError> {
        if arguments.len() != self.parameters.len() {
            let text = format!("{} takes {} arguments, got {}", self.name, self.parameters.len(), arguments.len());
            return Err(FunctionError::new(text));
        }
        let decoded = arguments.iter().zip(&self.parameters).enumerate().map(|(index, (argument, parameter))| {
            wire::from_dynamic(Some(argument), &parameter.ty)
                .map_err(|error| FunctionError::new(format!("unreadable argument: {error}")).argument(index))
        });
        let decoded = decoded.collect::<Result<Vec<_>, _>>()?;
        let result = (self.call)(&decoded)?;
        Ok(wire::to_dynamic(&result, &self.returns))
    }
}
