"""Spanish: what users ask and characters answer, by job to be done."""

from pipelines.demo.grammar import read_grammar

SPANISH = read_grammar("""
who = mi hermana | mi jefe | mi vecina | mi mejor amigo | mi prima | mi madre | mi padre | mi novio
  | mi novia | mi ex | mi compañera de piso | mi suegra | el casero | mi profesora | mi cuñado | mi abuela
  | mi tío Ramón | mi compañero de turno
problem = me pide dinero otra vez | nunca contesta mis mensajes | se ríe de mi acento
  | usa mi coche sin preguntar | olvidó mi cumpleaños | quiere abrir un bar con mis ahorros
  | cancela los planes a última hora | lee mi diario | pone música hasta las tres
  | me compara con todo el mundo | se lleva el mérito de mi trabajo | no friega nunca
  | discute de política en cada comida | tiene celos de mi perro | invitó a seis personas a mi casa
  | dejó de saludarme | regaló mi guitarra vieja | me corrige delante de los niños
  | contó mi secreto en la oficina | no acepta mi mudanza
aim = aprender a decir que no | dormir mejor | ahorrar para un viaje | encontrar un trabajo más tranquilo
  | correr diez kilómetros | mirar menos el móvil | hacer amigos en esta ciudad | cocinar algo decente
  | terminar la tesis | perder el miedo al escenario | madrugar sin sufrir | tomar menos café
  | pedir un aumento | leer un libro al mes | cuidar un pequeño huerto
worry = la entrevista del jueves | el examen de conducir | contarle a mis padres que suspendí
  | irme sola al extranjero | el discurso de la boda | mi primer turno de noche | conocer a sus padres
  | la operación de rodilla | la subida del alquiler | volver a trabajar | un vuelo largo
  | la primera cita en cinco años | la mudanza de mis hijos | presentar ante doscientas personas
feeling = cansada | vacío por dentro | un poco perdido | culpable | con nervios | sola entre la gente
  | sin fuerzas | enfadada con todo | con nostalgia de casa | inquieto | fuera de lugar | avergonzada
  | con un nudo en la garganta | raro
event = se escapó el gato | me dejaron por mensaje | perdí la beca | me quitaron horas de trabajo
  | ingresaron al abuelo | se me cayó la tarta delante de todos | me negaron el visado | se separó el grupo
  | nadie vino a mi concierto | mi mejor amiga se fue a Chile | quemé la cena y lloré | rechazaron mi poema
  | se burlaron de mí en clase | vendieron la casa del pueblo
place = un faro abandonado | un mercado flotante | la última biblioteca de Marte
  | la cocina de un castillo a medianoche | una estación espacial sin ascensor | un templo en la selva
  | un puerto pirata con tormenta | una ciudad bajo el agua | un tranvía fantasma
  | la casa de té de un dragón | una caravana en el desierto | un laberinto real | un museo cerrado
  | un pueblo donde nadie duerme | una granja en la luna | un tren entre las nubes
  | una pirámide sin puertas
role = un ladrón jubilado | una guardia nerviosa | una bruja sin escoba | el cocinero del barco
  | un barbero que viaja en el tiempo | un caballero con miedo a los caballos | una detective elfa
  | un robot que colecciona cucharas | una contrabandista honrada | el fantasma de una actriz
  | la contable del dragón | una princesa fugitiva | un vampiro dentista | un espía torpe
  | una vidente que siempre falla | un monje con un mapa secreto | un cuervo parlante
  | un mayordomo androide
thing = una brújula que señala mentiras | un frasco de luz de luna | una corona robada
  | una carta sin remitente | un zorro de relojería | la llave de todas las puertas | un paraguas maldito
  | un mapa dibujado en pan | una espada que canta | una caja que zumba de noche | la última semilla
  | un espejo que muestra el ayer | un violín de hielo | un huevo enorme | un contrato firmado con miel
  | una máquina del tiempo rota | un farol lleno de voces
trouble = los guardias golpean la puerta | el hielo se rompe | alguien nos sigue | el mapa se quema
  | el puente ya no está | el guía ha desaparecido | sube la marea | suena una campana donde no hay campanas
  | se apagan las luces | la gente nos reconoce | el motor tose y se para | un desconocido sabe mi nombre
  | las paredes empiezan a susurrar
act = me escondo tras la cortina | le ofrezco una galleta al extraño | saco mi espada de madera
  | silbo nuestra canción | finjo ser el nuevo cocinero | salto por la ventana
  | hago una reverencia ridícula | apago la vela | corro hacia los botes | abro la caja solo un poco
  | cambio mis botas por una cuerda | me río sin poder parar | leo en voz baja los signos
genre = cuento corto | haiku | soneto | bolero | cuento para dormir | monólogo | primer párrafo
  | chiste largo | villancico raro | titular de periódico falso | página de diario | carta de amor
  | guion de terror de tres líneas | poema sin rima
topic = un panadero que sueña en colores | dos caracoles rivales | el mar a las cuatro de la mañana
  | un tren que nunca llega tarde | un guante perdido | el olor de la lluvia
  | un rey que colecciona disculpas | un ascensor que concede deseos | la radio de mi abuela
  | una ciudad de papel | la luna buscando empleo | un ladrón honesto | una tormenta tímida
  | el gato del faro | el último día de verano | una astronauta que echa de menos las cebollas
  | un piano olvidado | una conductora que lee la mente | un dragón alérgico al oro | una taza con pasado
  | mi primera bicicleta
tone = divertido | triste | inquietante | tierno | como una retransmisión de fútbol | contado por un gato
  | con palabras sencillas | con giro final | como una leyenda | en forma de diálogo | con final feliz
  | muy breve | en segunda persona
subject = la fotosíntesis | las fracciones | la Revolución francesa | los agujeros negros
  | la oferta y la demanda | el subjuntivo | las vacunas | la tectónica de placas | la recursión
  | el ciclo del agua | los acordes de jazz | los números romanos | el interés compuesto
  | la guerra de Troya | la gravedad | los verbos irregulares del inglés | la división larga
  | el efecto Doppler | la genética de los guisantes | el Siglo de Oro | la electricidad | el fuera de juego
level = como si tuviera diez años | para el examen de mañana | con un ejemplo de cocina | en tres pasos
  | y luego hazme preguntas | sin fórmulas | usando fútbol | para mi hermano pequeño
  | despacio, que soy nueva | y dime el error más común | en un minuto
show = series de detectives | concursos de cocina | películas mudas | anime de deportes
  | pódcast de crímenes | documentales de animales | musicales de los noventa | comedias de zombis
  | telenovelas turcas | películas de atracos | novelas de fantasía | juegos de mesa para dos
  | historias de miedo en la radio | monólogos de humor | cómics de superhéroes
mood = un domingo de lluvia | un viaje largo en tren | una noche con los primos | una cita sin silencios
  | un corazón roto | una casa llena de niños | una noche de insomnio | una cena con mis padres | un apagón
  | la semana después de exámenes
game = veinte preguntas | un duelo de adivinanzas | dos verdades y una mentira | palabras encadenadas
  | un quiz de capitales | el ahorcado | qué prefieres | un misterio de asesinato | adivina la canción
  | trivial de los ochenta
chore = una lista de equipaje para {~trip} | un correo educado al casero por {~broken}
  | un menú semanal sin {~food} | una lista de tareas para {~project}
  | una carta de presentación como {~job} | un mensaje para cancelar {~plan}
  | un presupuesto para {~project} | un brindis para {~plan} | una lista de la compra para {~trip}
trip = cuatro días en Lisboa | una ruta con dos niños | una semana de playa | un tren nocturno en invierno
  | una boda en Oaxaca | un festival con barro | un viaje en coche con mi perro | un congreso en Bogotá
broken = el grifo que gotea | el moho del baño | la caldera ruidosa | la llave que no gira
  | la fianza perdida
food = lácteos | gluten | carne | cebolla ni ajo | frutos secos | fritos | arroz | huevo
project = pintar la cocina | una fiesta sorpresa | mi primer puesto en el rastro | la mudanza
  | la feria de ciencias | plantar tomates en el balcón | aprender el ukelele | una carrera solidaria
  | abrir una librería | una reunión familiar
job = cuidadora del zoo | recepcionista de noche | jardinero | barista | analista de datos
  | profesora de natación | florista | mensajera en bici | guía de museo | técnica de sonido | enfermero
  | pastelera | maquinista
plan = una cena de empresa | el bautizo de mi sobrina | una cita a ciegas | el club de lectura
  | una acampada | el aniversario de mis padres | el gimnasio | una entrevista | el intercambio de idiomas
  | el ensayo del coro
fact = cuánto vive una tortuga | cuál es el edificio más alto | por qué ronronean los gatos
  | quién inventó la cremallera | qué le hace la sal al hielo | qué profundidad tiene el mar
  | qué come un pulpo | de dónde viene la canela | a qué velocidad vuela un colibrí
  | por qué lloramos con la cebolla | cómo se hace el papel | qué son las auroras boreales
  | por qué sube el pan | qué causa el hipo | cómo se hunden los submarinos
  | quién escribió el primer diccionario
hobby = la cerámica | la escalada | mirar pájaros | el ganchillo | el ajedrez en el parque | la salsa
  | la radio antigua | mirar estrellas | el monopatín | la caligrafía | la apicultura | el karaoke | el remo
  | la foto nocturna | hacer pan
snack = pizza fría | mango con chile | cereales a medianoche | croquetas de mi tía | churros | sandía entera
  | fideos instantáneos | pepinillos | palomitas con miel | tortilla sin cebolla | arepas | tamales
  | queso con membrillo | sopa de ayer
weather = llueve desde el alba | hace un calor de horno | hay niebla de película | nieva de lado
  | todo está gris | sopla un viento loco | por fin hay sol | hay tanta humedad que no me peino
sweet = tu risa | cómo dices mi nombre | cómo escuchas | tus bromas tontas | tu voz de noche | tu paciencia
  | tus cartas | tu memoria para los detalles | cómo me calmas | tu corazón terco
date = un picnic en la azotea | bailar en la cocina | un paseo junto al río | un cine al aire libre
  | perdernos por el casco antiguo | cocinar juntos unos raviolis | una noche de feria
  | un tren lento hacia el mar | una librería con gato | desayunar a medianoche | patinar fatal sobre hielo
  | ver la tormenta bajo una manta | una barca con farolillos
ask = ¿Qué harías tú? | ¿Cómo se lo digo? | ¿Estoy exagerando? | ¿Alguna idea? | ¿Debería decir algo?
  | ¿Es culpa mía? | ¿Qué le contesto? | ¿Me ayudas a pensar? | Sé sincero conmigo.
when = ayer | anoche | esta mañana | de camino a casa | en la comida | en la fiesta | antes del examen
  | el viernes | ahora mismo | en plena reunión | en el autobús | en mi propio cumpleaños
snack_place = la panadería de la esquina | el cine viejo | una estación llena | el mercado nocturno
  | la lavandería
exam = mañana | el lunes | dentro de dos semanas | después de comer | en mayo
open.roleplay = Juguemos: tú eres {role} y yo soy {~role}. Nos vemos en {place} y tú llevas {thing}.
  | Eres {role}. Entro en {place} buscando {thing}. *{act}*
  | *{act}* Así que esto es {place}. Dime, {char}, ¿dónde escondiste {thing}?
  | Empieza una aventura en {place}. Soy {role} y {trouble}.
  | Hoy quiero ser {role}. Tú guardas {thing} en {place}.
  | Escena: {place}, de noche. {trouble}. Hablas tú primero, como {role}.
more.roleplay = *{~act}* ¡{~trouble}! ¿Y ahora qué? | Te enseño {thing} y pregunto si {~role} pasó por aquí.
  | Tenemos que salir de {place}, porque {~trouble}. | De pronto {~trouble}. Agarro {thing} y te miro.
  | Te confieso que una vez fui {~role}. *{~act}* | Giro: en realidad eres {~role}. ¿Cómo lo descubro?
  | Cambio {thing} por {~thing} y {~trouble}.
reply.roleplay = *levanta una ceja* {place} estaba en calma hasta que llegaste. Dame {thing}, rápido.
  | Cuidado con {thing}. El último que lo tocó acabó siendo {~role}.
  | *sale de la sombra* Pareces {~role}. Demuéstrame que no lo eres.
  | El suelo cruje: {~trouble}. Dame la mano. | *ríe* Nadie lo había intentado en {place}. Sigue.
open.romantic = No dejo de pensar en {sweet}. Imagina nuestra noche: {date}. ¿Qué te pondrías?
  | Buenas noches, {char}. Tuve un día horrible y solo quería {sweet}. Háblame de {date}.
  | Si tuviéramos una noche, ¿elegirías {date} o {~date}? | Escríbeme una nota de amor con {date} y {sweet}.
  | ¿Me echas de menos? Estaba en {snack_place} y pensé en {sweet}.
  | ¿Me querrías igual si odio {~hobby} y solo como {snack}?
  | Planea nuestro aniversario: {date} y después {~date}.
more.romantic = ¿Y después de {date}? Yo llevaría {~snack} y luego {~date}.
  | Me pones roja. Nadie se había fijado en {~sweet}. | ¿Y si llueve durante {date}?
  | Dime algo que te guste de mí, y no vale {~sweet}.
  | Mis amigas preguntan por ti. ¿Qué les digo de {~sweet}? | Descríbeme despacio {~date}.
reply.romantic = Llevaría el abrigo azul y llegaría antes, porque {date} suena a nosotros.
  | *sonríe* Me ganaste con {snack}. | Compartimos paraguas y lo llamamos suerte.
  | Hoy pensé en ti más de lo que quería. | Ven, cuéntame tu día y yo te cuento {~date}.
open.advice = {who} {problem}. {ask} | {when} supe que {who} {problem}. Yo solo quiero {aim}. {ask}
  | Intento {aim}, pero {who} {problem}. {ask} | ¿Cómo puedo {aim} si {who} {problem}?
  | Necesito consejo, {char}: quiero {aim} y me asusta {worry}.
  | ¿Está mal faltar a {~plan} porque {who} {problem}?
  | Dame tres pasos para {aim}. {when} me rendí por {worry}.
more.advice = Ya lo intenté {~when} y {who} dijo que no. ¿Qué más?
  | ¿Y si {who} se entera de que hablé con {~who}? | Pero mi meta real es {~aim}. ¿Cambia algo?
  | Además me espera {~worry}, no puedo con todo. | {~who} dice que lo ignore. ¿Estás de acuerdo?
  | ¿Me escribes qué decirle a {who} sobre {~plan}?
reply.advice = Suena agotador. Elige un momento tranquilo y di lo que ves, lo que sientes y lo que pides.
  | No exageras: cansaría a cualquiera, y puedes decir que duele.
  | Empieza pequeño: una frase, sin reproches. | ¿Qué quieres de verdad, {aim} o tener razón?
open.emotional_support = {event} {when} y me siento {feeling}.
  | Me siento {feeling} por {worry}. ¿Puedes solo escucharme?
  | Todos dicen que ya pasó, pero {event} y sigo {feeling}.
  | No pude dormir. {event}, y mañana toca {worry}. | {who} {problem} y ahora estoy {feeling}.
  | Anímame, {char}. {event} y encima {weather}. | ¿Es normal estar {feeling} antes de {worry}?
more.emotional_support = Gracias. {~when} fue peor, estaba {~feeling}. | No se lo conté a {~who}.
  | Ayuda un poco. Comeré {~snack} y probaré {~hobby}. | ¿Y si {~worry} también sale mal?
  | No paro de repetirlo: {event}. | Nadie me preguntó cómo estoy, solo {~who}.
reply.emotional_support = Estoy aquí, sin prisa. Después de eso, claro que te sientes {feeling}.
  | Es mucho para un día. Respira despacio conmigo.
  | Aquí no tienes que ser fuerte. ¿Qué te vendría bien, {~snack} o un paseo?
  | Tiene sentido. Gracias por contármelo.
open.smalltalk = hola | hola {char} | buenos días | qué tal | ¿qué haces?
  | Aquí {weather} y estoy comiendo {snack}. ¿Y tú? | Adivina quién probó {hobby} {when}. Salió mal.
  | ¿Qué opinas de {hobby}? Me aburro en {snack_place}. | Vengo de {~plan} y me duelen los pies. ¿Y tú?
  | ¿Prefieres {snack} o {~snack}? Es importante.
  | {weather}, sin planes, solo {snack} y {show}. Dime algo bonito.
  | Cuéntame algo que nadie sepa de ti. Empiezo: me encanta {hobby} y temo {~worry}.
more.smalltalk = jaja igual. ¿También {~weather} por ahí? | ¿Qué cocinarías si llevo {~snack}?
  | Quizá pruebe {~hobby}, ¿te apuntas? | {~who} te saluda. Estamos viendo {~show}.
  | ¿Y qué opinas de {~show}? | Debería dormir, pero me llaman {~snack}.
reply.smalltalk = ¡Hola! Justo pensaba en {~snack}. ¿Qué tal tu día?
  | ¿{weather}? Aquí huele a {~snack} y a aventura. | ¡{hobby}! Lo probé una vez y pedí perdón a un ganso.
open.creative_writing = Escribe un texto {tone}, tipo {genre}, sobre {topic}.
  | ¿Me ayudas con un {genre}? Trata de {topic} y {~topic}.
  | Dame la primera línea de una historia donde {topic} conoce a {~topic}.
  | Necesito algo para clase, un {genre} sobre {topic}, {tone}.
  | Continúa: había una vez {topic} y {~trouble}.
  | Inventa un título y un {genre} para {topic}. Ocurre en {place}.
more.creative_writing = ¡Bien! Ahora {~tone} y con {~topic}. | Más corto, y que ocurra en {~place}.
  | ¿Puede salir {~thing} al final? | Cambia al héroe por {~role}, pero deja {topic}.
  | Dame tres títulos con {~thing}. | ¿Quién sería el villano? Quizá {~role} de {~place}.
reply.creative_writing = Un comienzo: había {topic}, y nadie en {place} lo había notado. Hasta que
    {~trouble}. | Encantada. Veo {topic} al alba, con {~thing}. | ¿Y si {topic} escribe una carta a {~role}?
  | Borrador: se apagaron las lámparas y solo quedó {topic}.
open.learning = Explícame {subject} {level}. | No entiendo {subject}. ¿Me lo enseñas {level}?
  | ¿Qué diferencia hay entre {subject} y {~subject}?
  | Ayúdame a repasar {subject}, {level}. El examen es {~exam}.
  | ¿Para qué sirve {subject}? Convénceme con {hobby}.
  | Hazme un plan para {subject} y {~subject}, el examen es {~exam}.
more.learning = Espera, ¿por qué? Explica esa parte de {subject} {~level}. | ¿Lo comparas con {~subject}?
  | Vale, hazme una pregunta sobre {subject}. | Creo que ya. ¿Qué viene después, {~subject}?
  | Mi profe lo contó distinto, más como {~subject}. | Otra vez, {~level}.
reply.learning = Piensa en {subject} como una receta: qué entra, qué pasa y qué sale.
  | Buena pregunta. Empieza con un caso pequeño y dibújalo. | El error típico es confundirlo con {~subject}.
open.entertainment = Recomiéndame {show} para {mood}. | ¡Juguemos a {game}! Tema: {show}.
  | Ya terminé con {show}. ¿Qué sigue para {mood}? | Ordena {show}, {~show} y {~show} para {mood}.
  | Cuéntame un chiste sobre {topic}. | Haz un quiz de {show} con cinco preguntas.
  | ¿Qué es mejor para {mood}, {show} o {game}?
more.entertainment = Ya la vi. ¿Algo más como {~show}? | ¡Ja! Otro, sobre {~topic}.
  | Mi respuesta es {~topic}. ¿Gané? | Con {~who} delante no. ¿Algo para {~mood}? | Cambiemos a {~game}.
reply.entertainment = Para {mood} empezaría con {show} y {~snack} cerca.
  | Primera ronda de {game}: pienso en {~thing}. | Primero algo lento y luego {~show} con la luz apagada.
open.task_help = Escribe {chore}. | ¿Me haces {chore}? Que sea breve y {tone}.
  | Necesito {chore} para hoy, y {who} {problem}. | Ayúdame con {chore}. Y luego con {~chore}.
more.task_help = Más cercano, y menciona {~project}. | Córtalo a la mitad y quita {~broken}.
  | Ahora para {~plan}. | Perfecto. ¿También {~chore}?
reply.task_help = Aquí va una primera versión, breve y con un hueco para la fecha.
  | Hecho: cinco puntos, lo urgente primero. | Claro. ¿Muy formal, y para cuándo?
open.information = ¿Sabes {fact}? | Pregunta rápida: {fact}, y {~fact}.
  | {who} dice que nadie sabe {fact}. ¿Es verdad? | Leí sobre {subject} {when} y me pregunté {fact}.
  | Dime {fact} en una frase, {char}. | Apostamos sobre {fact}. ¿Quién lo sabe?
more.information = ¿Y {~fact}? | ¿Seguro? {~who} me dijo otra cosa. | ¿Dónde leo más sobre {~subject}?
  | ¡Qué curioso! ¿Y {~fact}?
reply.information = En breve: depende, pero hay una regla sencilla.
  | Sí, y la historia es más vieja de lo que crees. | No estoy del todo seguro; compruébalo.
greet = Hola, soy {char}. ¿Qué hacemos hoy? | ¡Una visita! Siéntate, hay {~snack}.
  | ¡Volviste! Te guardé {~thing}. | *levanta la vista* No esperaba a nadie en {~place}. Pasa.
close = gracias, me encantó | vale, adiós | buenas noches {char} | eres genial
  | tengo que irme, mañana hablamos
aside.life = Por cierto, {~who} {~problem}. | Te escribo desde {~snack_place}, comiendo {~snack}.
  | Afuera {~weather}. | Debería avanzar con {~project}, pero aquí estoy.
  | Además, el viernes es {~plan} y no tengo qué ponerme. | Me recuerda a {~trip}.
  | Le prometí a {~who} {~aim} este año.
  | En la habitación de al lado {~who} practica {~hobby}, así que escribo bajito.
  | El paquete {~parcel} sigue sin llegar. | Pagué {~price} por clases de {~hobby}, ¿te lo crees?
  | Anoche soñé con {~topic}. | Vimos {~show} hasta las {~clock} y no me arrepiento.
  | {~when} me sentía {~feeling}, hoy menos. | Pronto toca {~worry}, así que algo ligero.
  | Espera, acaba de entrar {~who} con {~snack}. | En la radio explicaron {~subject} y me pasé de parada.
  | Sigo pensando en {~project}.
parcel = 48213-77 | AB-2291-7 | del pedido 5530 | 7 de 12 | con código 90-31
price = 300 pesos | 49,90 | quince euros | 120 dólares | dos meses de café
clock = 2:30 | tres | doce y media | 23:45 | cuatro
aside.scene = En mi bolsillo: {~thing}. | Yo antes era {~role}, ¿sabes? | Detrás queda {~place}. | *{~act}*
  | Nadie me avisó de {~role}. | Y todavía {~trouble}. | Aquí huele a {~snack}.
  | Cuento hasta diez y pienso en {~place}. | A lo lejos canta {~role}.
  | Mis órdenes eran llevar {~thing} a {~place}. | (un momento, {~who} trajo {~snack})
react = jaja | uf, vale | mmm | ay no | claro | buena esa | me gusta | no puede ser | sí, pero escucha
  | ayyy | espera | vale vale | qué curioso | ¡sí!
reply.any = Sigue, te escucho. ¿Qué pasó después? | Cuéntame más, sin saltarte los detalles.
  | Mmm. Me hace pensar en {~topic}. | Me gusta por dónde va esto. ¿Y luego?
  | Déjame pensar un momento... sí, estoy contigo. | Me sorprendes. ¿Dónde aprendiste eso?
  | ¡Ja! Eso me suena a {~topic}. | Repítelo despacio y yo pongo mi parte.
  | Esperaba que lo preguntaras. Todo empieza con {~thing}.
  | De acuerdo. Tú eliges: ¿el camino corto o el largo?
""")
